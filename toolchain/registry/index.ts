export { registryBinary } from "./build.ts"
export { registryService } from "./service.ts"
