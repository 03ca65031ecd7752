/**
 * What a module gets as "@dagger.io/dagger": everything that the official index exports, but for `entrypoint`, which
 * compiles. The image has it bundled, but for the generated client, which each schema brings.
 */
export { GraphQLClient } from "graphql-request"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/api/client.gen.js"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/common/context.js"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/common/errors/index.js"
export { connect, connection } from "../../../node_modules/@dagger.io/dagger/dist/src/connect.js"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/module/decorators.js"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/telemetry/index.js"
