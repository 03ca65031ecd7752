import type { EnvironmentConfig } from "../../../config/schema/environment.ts"
import { type Json, type PlannedStep, SignalboxError, visible } from "../../../domain/index.ts"
import type { PlannedLine, PlanningFacts, Step } from "../step.ts"

type HookSettings = EnvironmentConfig["hooks"][number]

/**
 * A program of the environment's own, run as a Job in its namespace before or after another step: `hook:NAME`. Its exit
 * code is judged; what never started says nothing against the release. A manual rollback has none, and no hook has a
 * rollback step: a rollback must not depend on one.
 */
export const hook: Step = {
  id: "hook",
  named: true,
  title: "hook",
  place: "beside",
  planned: (facts) =>
    facts.kind === "rollback" ? [] : facts.environment.hooks.map((one) => lineOf(one, facts)),
  preflight: async (planned, context) => (await import("./preflight.ts")).preflightHook(planned, context),
  isDone: () => null,
  announce: ({ id, plan }) => plan.steps.find((one) => one.id === id)?.title ?? id,
  run: async (context) => (await import("./run.ts")).runHook(context),
  // The result of one that ran after the roll-out was about what ran then.
  onTakeOver: ({ details }) => (details?.before === undefined ? "repeat-unless-running" : "keep"),
  wayBack: null,
}

function lineOf(settings: HookSettings, facts: PlanningFacts): PlannedLine {
  const { name, before, after, command, args, timeout } = settings
  const beside = before === null ? { after: after ?? "" } : { before }
  const where = before === null ? `after ${after}` : `before ${before}`
  const said = visible([...command, ...args].join(" ").replaceAll(/\s+/g, " "))
  return {
    name,
    beside,
    title: `${where}: run ${said.length > 100 ? `${said.slice(0, 100)}…` : said} in ${imageWords(settings)}`,
    timeoutSeconds: Math.ceil(timeout.ms / 1000),
    details: { ...beside, ...detailsOf(settings, facts) },
  }
}

function imageWords({ component, image }: HookSettings): string {
  return component === null ? (image ?? "") : `the image of ${component}`
}

/** The settings of the Job; empty ones are left out. */
function detailsOf(settings: HookSettings, facts: PlanningFacts): NonNullable<PlannedStep["details"]> {
  const { command, args, env, secretEnv, secrets, imagePullSecrets, user, resources, timeout } = settings
  const all: Readonly<Record<string, Json>> = {
    ...{ image: imageOf(settings, facts), command, args, env, secretEnv, secrets, imagePullSecrets, user },
    ...{ resources, timeout: timeout.toString() },
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !isEmpty(value)))
}

function isEmpty(value: Json): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0)
}

/** @throws CONFIG_INVALID where the release has no such component. */
function imageOf({ name, image, component }: HookSettings, { images, environment }: PlanningFacts): string {
  const found = component === null ? image : images[component]
  if (found !== null && found !== undefined) return found
  throw new SignalboxError("CONFIG_INVALID", {
    what: `hook ${name} runs in the image of ${component ?? "nothing"}, which the release does not have`,
    where: `environment ${environment.name}`,
    why: `its components are ${Object.keys(images).join(", ") || "none"}`,
    next: "name one of them, or an image by its digest",
  })
}
