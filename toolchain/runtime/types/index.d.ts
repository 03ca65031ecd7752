// The typed client of this module's schema, with everything else from the npm
// package. tsconfig.json points "@dagger.io/dagger" here ("paths").

export * from "../node_modules/@dagger.io/dagger/dist/src/common/errors/index.js"
export { connect, connection } from "../node_modules/@dagger.io/dagger/dist/src/connect.js"
export * from "../node_modules/@dagger.io/dagger/dist/src/module/decorators.js"
export * from "./client.gen.js"
