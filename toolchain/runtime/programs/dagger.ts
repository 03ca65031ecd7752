/**
 * What a module gets as "@dagger.io/dagger", and what runs it: everything that the official index exports, but for
 * `entrypoint`, which compiles. The image has it bundled, but for the generated client, which each schema brings.
 */
export { GraphQLClient } from "graphql-request"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/api/client.gen.js"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/common/context.js"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/common/errors/index.js"
export { connect, connection } from "../../../node_modules/@dagger.io/dagger/dist/src/connect.js"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/module/decorators.js"
export { invoke } from "../../../node_modules/@dagger.io/dagger/dist/src/module/entrypoint/invoke.js"
export { Register } from "../../../node_modules/@dagger.io/dagger/dist/src/module/entrypoint/register.js"
export { Executor } from "../../../node_modules/@dagger.io/dagger/dist/src/module/executor.js"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/module/introspector/dagger_module/index.js"
export * from "../../../node_modules/@dagger.io/dagger/dist/src/telemetry/index.js"
export * as telemetry from "../../../node_modules/@dagger.io/dagger/dist/src/telemetry/telemetry.js"
