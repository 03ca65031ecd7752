/**
 * The entrypoint of a module's container, working from what build.ts prepared: no compiler, no scan.
 * usage: node call.mjs              runs the function that the engine asks for
 *        node call.mjs types FILE   writes the ID of the module's type definitions
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  type Error as ApiError,
  type JSON as ApiJson,
  dag,
} from "../../../node_modules/@dagger.io/dagger/dist/src/api/client.gen.js"
import {
  ExecError,
  GraphQLRequestError,
} from "../../../node_modules/@dagger.io/dagger/dist/src/common/errors/index.js"
import { connection } from "../../../node_modules/@dagger.io/dagger/dist/src/connect.js"
import { invoke } from "../../../node_modules/@dagger.io/dagger/dist/src/module/entrypoint/invoke.js"
import { Executor } from "../../../node_modules/@dagger.io/dagger/dist/src/module/executor.js"
import * as scanned from "../../../node_modules/@dagger.io/dagger/dist/src/module/introspector/dagger_module/index.js"
import { filesToLoad } from "./loading.ts"
import { bundle } from "./paths.ts"
import { fromPlain } from "./plain.ts"
import { register } from "./register.ts"

const toJson = (value: unknown): ApiJson => JSON.stringify(value) as ApiJson

/** What the engine wants to know of this call, in one request. */
const question = "{ currentFunctionCall { parentName name parent inputArgs { name value } } }"

interface Call {
  /** Name of the object; empty when the engine asks for the type definitions. */
  readonly parentName: string
  /** Name of the function; empty for the constructor. */
  readonly name: string
  /** The object's state, as JSON. */
  readonly parent: string
  readonly inputArgs: readonly { readonly name: string; readonly value: string }[]
}

const scan = (): scanned.DaggerModule =>
  fromPlain(readFileSync(bundle.scan, "utf8"), scanned) as scanned.DaggerModule

const send = (query: string): Promise<unknown> => dag.getGQLClient().request(query)

async function run(call: Call): Promise<unknown> {
  const module = scan()
  if (call.parentName === "") return register(send, module)
  const entries: Record<string, string> = JSON.parse(readFileSync(bundle.entries, "utf8"))
  const files = filesToLoad(module, entries, call.parentName, call.name)
  const loaded = await Promise.all(files.map((file) => import(join(bundle.code, file))))
  return invoke(new Executor(loaded, module), module, {
    parentName: call.parentName,
    fnName: call.name,
    parentArgs: JSON.parse(call.parent) ?? {},
    fnArgs: Object.fromEntries(call.inputArgs.map(({ name, value }) => [name, JSON.parse(value)])),
  })
}

/** A thrown value as the engine keeps it; errors of the API keep their details, such as an exit code. */
function asError(thrown: unknown): ApiError {
  if (!(thrown instanceof Error)) return dag.error(JSON.stringify(thrown) ?? String(thrown))
  let error = dag.error(thrown.message)
  if (!(thrown instanceof ExecError || thrown instanceof GraphQLRequestError)) return error
  for (const [key, value] of Object.entries(thrown.extensions ?? {}))
    if (value !== "" && value !== undefined && value !== null) error = error.withValue(key, toJson(value))
  return error
}

async function answer(): Promise<void> {
  const { currentFunctionCall: call } = (await send(question)) as { currentFunctionCall: Call }
  try {
    const result = await run(call)
    await dag.currentFunctionCall().returnValue(toJson(result ?? null))
  } catch (error) {
    await dag.currentFunctionCall().returnError(asError(error))
    process.exitCode = 1
  }
}

const [mode, output] = process.argv.slice(2)
if (mode === "types" && output)
  await connection(async () => writeFileSync(output, JSON.stringify(await register(send, scan()))))
else if (mode === undefined) await connection(answer, { LogOutput: process.stdout })
// Timers and sockets that the module left behind must not keep the call waiting.
process.exit()
