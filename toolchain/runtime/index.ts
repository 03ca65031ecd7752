export { typescriptSdk, typescriptSdkImage } from "./image.ts"
