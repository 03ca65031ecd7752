/** The part of the SDK that the generated client imports. */
export { Context } from "../../../node_modules/@dagger.io/dagger/dist/src/common/context.js"
