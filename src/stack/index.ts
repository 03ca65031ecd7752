export { composeFile, type StackComponent } from "./compose.ts"
export { stackService } from "./running.ts"
export { servicesNamed } from "./services.ts"
export { triedPorts } from "./tried.ts"
