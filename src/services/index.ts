export { notStarted, type ServiceSource, type Started, type WithServices, withServices } from "./beside.ts"
export { imagesWithPorts } from "./component.ts"
export { stackServices } from "./of-project.ts"
