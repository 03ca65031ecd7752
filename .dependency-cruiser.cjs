// The rooms of src/ and whom each may call. A room is entered by its door: its index.ts, or a door named below.
// `room:door` opens that one door and no other.
const rooms = {
  domain: [],
  // What may be required, waived, switched off and set, what a component is, how a release is rolled out and loaded, the
  // catalogues say.
  config: [
    "domain",
    "languages:catalogue",
    "languages:services",
    "gates:catalogue",
    "deploy:strategies/catalogue",
    "verify:load/profiles",
  ],
  // A gate brings the names of its tools.
  toolbox: ["domain", "config", "gates:catalogue", "languages:catalogue"],
  // The schema of a component is its language's, and shares the forms of paths and names with the rest of the file.
  languages: ["domain", "toolbox", "config:schema/primitives"],
  call: ["domain", "config", "toolbox"],
  build: ["domain", "config", "toolbox", "languages"],
  // Unit tests run in the languages' containers, and charts are judged as they render.
  gates: ["domain", "config", "toolbox", "build", "languages", "services", "stack", "chart"],
  chart: ["domain", "config", "toolbox"],
  verify: ["domain", "config", "toolbox"],
  evidence: ["domain", "config", "toolbox"],
  // The driver checks signed statements; it neither makes nor stores them.
  deploy: ["domain", "config", "chart", "toolbox", "verify", "evidence:statements/index"],
  // What init writes for a repository that has nothing yet.
  adoption: ["domain", "config", "languages"],
  // What components need beside them, for tests and for a developer's machine.
  services: ["domain", "config", "toolbox", "languages"],
  // The project on a developer's machine.
  stack: ["domain", "config", "toolbox", "languages", "services"],
  report: ["domain"],
  notify: ["domain", "config"],
  wrappers: ["domain", "config"],
}

// Further doors, for programs that must not load all that the index brings.
const furtherDoors = {
  config: ["document", "schema/environment", "schema/primitives"],
  domain: ["[^/]+"],
  // How our programs end: they must not load the Dagger SDK.
  toolbox: ["program-end"],
}

const doorsOf = (names) =>
  names.map((name) => {
    const [room, door] = name.split(":")
    const doors = door === undefined ? ["index", ...(furtherDoors[room] ?? [])] : [door]
    return `^src/${room}/(${doors.join("|")})\\.ts$`
  })

// What of src/gates/ is no gate.
const gatesCommon = "^src/gates/(engine/|formats/|[^/]+\\.ts$)"

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `src/${room}/ may import itself and the doors of: ${allowed.join(", ") || "nobody"}.`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: "^(src|pipelines)/", pathNot: [`^src/${room}/`, ...doorsOf(allowed)] },
}))

// What the deployment engine is extended by: one folder each, with a contract, a catalogue and its members.
const extensions = {
  steps: { contract: "(step|tools|restore-release)", engine: "^src/deploy/engine/" },
  strategies: { contract: "strategy", engine: "^src/deploy/engine/" },
}

const extensionRules = Object.entries(extensions).flatMap(([folder, { contract, engine }]) => {
  const members = `^src/deploy/${folder}/`
  const contracts = `${members}${contract}\\.ts$`
  const catalogue = `${members}catalogue\\.ts$`
  return [
    {
      name: `engine-names-no-${folder}`,
      comment: `The engine sees the contract of ${folder}, and gets its members from outside.`,
      severity: "error",
      from: { path: engine },
      to: { path: members, pathNot: contracts },
    },
    {
      name: `${folder}-do-not-meet`,
      comment: "A member knows of no other one: only the catalogue imports it.",
      severity: "error",
      from: { path: `${members}([^/]+)`, pathNot: catalogue },
      to: { path: members, pathNot: [contracts, `${members}$1`] },
    },
    {
      name: `${folder}-by-their-catalogue`,
      severity: "error",
      from: { pathNot: [members, "^test/"] },
      to: { path: members, pathNot: [contracts, catalogue] },
    },
  ]
})

module.exports = {
  forbidden: [
    ...roomRules,
    ...extensionRules,
    {
      name: "languages-apart",
      comment: "A language knows no other: what two have in common stands beside the contract.",
      severity: "error",
      from: { path: "^src/languages/([^/]+)/" },
      to: { path: "^src/languages/[^/]+/", pathNot: "^src/languages/$1/" },
    },
    {
      name: "languages-by-catalogue",
      comment: "Only the catalogue names a language.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/languages/(catalogue\\.ts$|[^/]+/)" },
      to: { path: "^src/languages/[^/]+/" },
    },
    {
      name: "unknown-room",
      comment: "A new folder below src/ gets a line in the table above.",
      severity: "error",
      from: {},
      to: { path: "^src/[^/]+/", pathNot: [...Object.keys(rooms), "surface"].map((name) => `^src/${name}/`) },
    },
    {
      name: "gates-alone",
      comment:
        "A gate is one folder: it imports the contract, the engine's helpers and shared readers, and no other gate.",
      severity: "error",
      from: { path: "^src/gates/([^/]+)/", pathNot: gatesCommon },
      to: {
        path: "^src/gates/",
        pathNot: ["^src/gates/$1/", "^src/gates/(engine|formats)/", "^src/gates/(gate|rule)\\.ts$"],
      },
    },
    {
      name: "gates-by-catalogue",
      comment: "Only the catalogue names gates; the engine knows them by their contract.",
      severity: "error",
      from: { path: gatesCommon, pathNot: "^src/gates/catalogue\\.ts$" },
      to: { path: "^src/gates/", pathNot: gatesCommon },
    },
    {
      name: "catalogues-are-pure",
      comment:
        "Configuration reads a catalogue: it brings its members' settings, and loads a member when it is used.",
      severity: "error",
      from: { path: "^src/([^/]+|deploy/strategies)/catalogue\\.ts$" },
      to: {
        pathNot: ["/(settings|schema)\\.ts$", "^src/domain/", "node_modules/zod/"],
        dependencyTypesNot: ["dynamic-import", "type-only"],
      },
    },
    {
      name: "settings-are-pure",
      severity: "error",
      from: { path: "^src/[^/]+/(engine/)?[^/]+/settings\\.ts$" },
      // What gates of one kind have in common.
      to: { pathNot: ["^src/domain/", "^src/gates/engine/[^/]+/settings\\.ts$", "node_modules/zod/"] },
    },
    {
      name: "domain-is-pure",
      comment:
        "No input or output, no clock, no randomness, no Dagger: hashing is all it needs of the world, and semver is pure.",
      severity: "error",
      from: { path: "^src/domain/" },
      to: {
        dependencyTypes: ["core", "npm", "npm-dev"],
        pathNot: ["^(node:)?crypto$", "node_modules/semver/functions/"],
      },
    },
    {
      name: "pipelines-by-doors",
      comment:
        "Pipelines call rooms by their doors. What the driver writes is read without loading what makes plans.",
      severity: "error",
      from: { path: "^pipelines/" },
      to: { path: "^src/", pathNot: ["^src/[^/]+/index\\.ts$", "^src/deploy/report\\.ts$"] },
    },
    {
      name: "surface-calls-pipelines",
      comment:
        "The Dagger objects load the domain's names and the call, and everything else by way of pipelines when it is used. Of the gates they name the types; of the toolbox, the file of a call that names none.",
      severity: "error",
      from: { path: "^src/(index\\.ts|surface/)" },
      to: {
        path: "^src/",
        pathNot: [
          "^src/(domain|surface)/",
          "^src/call/index\\.ts$",
          "^src/gates/catalogue\\.ts$",
          "^src/toolbox/default-file\\.ts$",
        ],
      },
    },
    {
      name: "pipelines-only-from-the-surface",
      severity: "error",
      from: { path: "^(src|toolchain)/", pathNot: "^src/(index\\.ts|surface/)" },
      to: { path: "^pipelines/" },
    },
    {
      name: "two-worlds",
      comment: "The module does not know of the toolchain, and the toolchain not of the module.",
      severity: "error",
      from: { path: "^(src|pipelines)/" },
      to: { path: "^(toolchain|demo|bench|test|bin)/" },
    },
    {
      name: "toolchain-alone",
      severity: "error",
      from: { path: "^toolchain/" },
      to: { path: "^(src|pipelines|demo|bench|test)/" },
    },
    {
      name: "bootstrap-alone",
      comment: "It runs before any package is installed.",
      severity: "error",
      from: { path: "^bin/bootstrap" },
      to: { pathNot: "^bin/bootstrap", dependencyTypesNot: ["core"] },
    },
    {
      name: "no-circles",
      comment:
        "A catalogue loads its members when they are used: what leads back through it is no circle of loading.",
      severity: "error",
      from: { pathNot: "^src/[^/]+/catalogue\\.ts$" },
      to: {
        circular: true,
        viaOnly: { dependencyTypesNot: ["type-only"], pathNot: "^src/[^/]+/catalogue\\.ts$" },
      },
    },
    {
      name: "no-circles-of-types",
      comment:
        "Contracts, engine and driver in one line: who only wants a type gets it without the rest. What a catalogue loads when it is used is no circle.",
      severity: "error",
      from: { path: "^src/deploy/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["dynamic-import"] } },
    },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "only-declared-packages",
      severity: "error",
      // The runtime bundles what the SDK's package itself depends on, in the versions that it brings.
      from: { pathNot: "^toolchain/runtime/programs/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "module-without-development-packages",
      comment:
        "What the module loads on every call is installed without development packages; the SDK is built in.",
      severity: "error",
      from: { path: "^(src|pipelines)/" },
      to: {
        dependencyTypes: ["npm-dev"],
        pathNot: "node_modules/@dagger\\.io/",
        dependencyTypesNot: ["type-only"],
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // The types below toolchain/runtime are written for the place that they have in the SDK's image.
    exclude: { path: "(^|/)(fixtures|recorded|sdk)/|^test/corpus/[^/]+/tree/|^toolchain/runtime/types/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
}
