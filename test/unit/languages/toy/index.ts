import { SignalboxError } from "../../../../src/domain/index.ts"
import type { ToolChecks } from "../../../../src/languages/check.ts"
import { type ComponentRequest, type Language, workdir } from "../../../../src/languages/language.ts"
import { toolContainer, toolIdentity } from "../../../../src/toolbox/index.ts"
import type { NotesComponent } from "./schema.ts"

type Request = ComponentRequest<NotesComponent>

/** A language that lives in the tests only: each line is a note, and one that is still to be done is a failing test. */
export const language: Language<NotesComponent> = {
  name: "notes",
  hasNode: true,
  manifest: fileOf,
  assertBuildable,
  developmentContainer: async ({ component, source, toolbox }) =>
    toolContainer(toolbox, "node").withDirectory(workdir, source.directory(component.path)),
  developmentImage: async ({ toolbox }) => toolIdentity(toolbox, "node").image ?? "unresolved",
  checks,
  packages: async () => null,
  unpinned: async () => [],
  image: async ({ component, source, toolbox }) => ({
    container: toolContainer(toolbox, "node")
      .withFile("/notes", source.file(fileOf(component)))
      .withEntrypoint(["node", "--eval", serve]),
    user: component.user,
    port: component.port,
  }),
  assertStarts: async () => {},
}

const serve =
  'require("node:http").createServer((_, answer) => answer.end(require("node:fs").readFileSync("/notes"))).listen(8080)'

/** Every note is a case; the last argument is the file. */
const proofread = `
const { readFileSync, writeFileSync } = require("node:fs")
const notes = readFileSync(process.argv[1], "utf8").split("\\n").filter((line) => line !== "")
const cases = notes.map((note) => '<testcase name="' + note + '">' +
  (note.startsWith("TODO") ? '<failure message="it is still to be done"/>' : "") + "</testcase>")
writeFileSync("notes.xml", "<testsuite>" + cases.join("") + "</testsuite>")
`

async function checks({ component }: Request): Promise<ToolChecks> {
  const none = { notApplicable: "notes are only read" }
  return {
    typecheck: none,
    lint: none,
    coverage: none,
    unit: {
      tool: { name: "proofreader", version: "1" },
      command: ["node", "--eval", proofread, component.file],
      judged: [0],
      report: { format: "junit", path: "notes.xml", in: "component" },
    },
  }
}

function fileOf({ path, file }: NotesComponent): string {
  return `${path}/${file}`
}

async function assertBuildable({ name, component, source }: Request): Promise<void> {
  if (await source.exists(fileOf(component))) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `there is no ${fileOf(component)} in the source`,
    where: `signalbox.yaml: components.${name}.file`,
  })
}
