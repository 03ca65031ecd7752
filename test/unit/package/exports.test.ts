/** What version 0.1.0 gave to TypeScript code, values and types, is still there: an import that compiled goes on compiling. */
import { expect, expectTypeOf, test } from "vitest"
import type * as Config from "../../../src/config/index.ts"
import type * as Core from "../../../src/exports.ts"

const core = [
  "ExitCode",
  "SignalboxError",
  "asSignalboxError",
  "canonicalJson",
  "combine",
  "compareFindings",
  "contentDigest",
  "describe",
  "editDistance",
  "entryDigest",
  "errorCodes",
  "exitCodeOf",
  "fingerprint",
  "formatImageRef",
  "gateNames",
  "holdsRepository",
  "isDigest",
  "isExpired",
  "isGateName",
  "isPrerelease",
  "isTagOf",
  "nearest",
  "operationKinds",
  "parseDigest",
  "parseImageRef",
  "parseVersion",
  "planHash",
  "recordDigest",
  "reportVerdict",
  "severities",
  "sha256",
  "stepIds",
  "tagOf",
  "toJson",
  "treeDigest",
  "verdicts",
  "waive",
  "waiverFingerprint",
]

const config = [
  "checkConfig",
  "checkDocument",
  "checkEnvironment",
  "checkTogether",
  "checkWaivers",
  "componentNamed",
  "configError",
  "durationMs",
  "environmentNamed",
  "environmentSchema",
  "formatProblem",
  "loadProfiles",
  "parseConfig",
  "parseEnvironment",
  "parseRef",
  "parseWaivers",
  "resultOf",
  "signalboxSchema",
  "targetFor",
  "waiversSchema",
]

type CoreTypes = [
  Core.DatabaseIdentity,
  Core.DeployedSet,
  Core.Diagnosis,
  Core.Digest,
  Core.ErrorCode,
  Core.ErrorDetail,
  Core.ExitName,
  Core.Finding,
  Core.GateEvidence,
  Core.GateName,
  Core.GateReportData,
  Core.GateResult,
  Core.Hold,
  Core.Holder,
  Core.ImageRef,
  Core.Journal,
  Core.Json,
  Core.Ledger,
  Core.LedgerEntry,
  Core.LoadSummary,
  Core.Location,
  Core.ManifestChange,
  Core.OperationEvidence,
  Core.OperationKind,
  Core.OperationOutcome,
  Core.OperationReport,
  Core.OperationStep,
  Core.Plan,
  Core.PlanProof,
  Core.PlannedStep,
  Core.ReleaseImage,
  Core.ReleaseRecord,
  Core.RunningSet,
  Core.Severity,
  Core.SmokeSummary,
  Core.StaleWaiver,
  Core.StepId,
  Core.StepState,
  Core.TestCase,
  Core.TestKind,
  Core.ToolIdentity,
  Core.Verdict,
  Core.Version,
  Core.Waived,
  Core.WaivedFinding,
  Core.Waiver,
  Core.WaiverUse,
]

type ConfigTypes = [
  Config.Checked<unknown>,
  Config.Component,
  Config.EnvironmentConfig,
  Config.LoadProfile,
  Config.Problem,
  Config.Ref,
  Config.RefRule,
  Config.SignalboxConfig,
  Config.Waiver,
  Config.WaiverFile,
]

test("every value of the package's core is there", async () => {
  expect(Object.keys(await import("../../../src/exports.ts"))).toEqual(expect.arrayContaining(core))
})

test("every value of its configuration is there", async () => {
  expect(Object.keys(await import("../../../src/config/index.ts"))).toEqual(expect.arrayContaining(config))
})

// Checked by the compiler: a name that is gone fails `npm run check`.
test("every type of both is there", () => {
  expectTypeOf<CoreTypes>().not.toBeAny()
  expectTypeOf<ConfigTypes>().not.toBeAny()
})
