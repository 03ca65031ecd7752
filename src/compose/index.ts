export { composeFile, type StackComponent } from "./compose.ts"
export { servicesNamed } from "./services.ts"
