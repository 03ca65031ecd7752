import type { Step, StepContext } from "../../../../src/deploy/steps/step.ts"
import type { StepResult } from "../../../../src/deploy/steps/tools.ts"
import { runs } from "../../../../src/deploy/world/index.ts"
import type { ReleaseDigests } from "../../../../src/domain/index.ts"
import { type Colour, type ColouredWorld, colourOf, idleOf, lead } from "./colours.ts"

/** Helm, for one of the two releases. */
export type Upgrade = (colour: Colour, version: string) => Promise<StepResult>

const coloured = ({ world }: { readonly world: unknown }) => world as ColouredWorld

/** The steps of the two colours: bring to the idle one, lead traffic there, lead it back, lead it nowhere. */
export function colourSteps(upgrade: Upgrade) {
  const bringIdle: Step = {
    id: "bring-idle",
    title: "roll out beside what serves",
    place: "strategy",
    planned: ({ target }) => ({
      title: `roll out ${target.version} beside what serves`,
      timeoutSeconds: 300,
    }),
    isDone: (facts) => (colourOf(coloured(facts), facts.plan.target) === null ? null : "is there already"),
    needsSettledHelm: true,
    announce: (facts) => `roll out to ${idleOf(coloured(facts))}`,
    run: (context) => upgrade(idleOf(coloured(context)), context.plan.target.version),
    onTakeOver: "repeat-unless-running",
    wayBack: null,
  }

  const switchTraffic: Step = {
    id: "switch-traffic",
    title: "lead traffic to it",
    place: "strategy",
    planned: () => ({ title: "lead traffic to it", timeoutSeconds: 10 }),
    isDone: ({ plan, world }) => (runs(world, plan.target) ? "serves already" : null),
    announce: () => "lead traffic to it",
    run: (context) => leadTo(context, context.plan.target),
    onTakeOver: "repeat-unless-running",
    wayBack: null,
  }

  const switchBack: Step = {
    id: "switch-back",
    title: "lead traffic back",
    place: "strategy",
    isDone: ({ plan, world }) => (plan.fallback !== null && runs(world, plan.fallback) ? "serves" : null),
    needsSettledHelm: true,
    announce: () => "lead traffic back",
    run: async (context) => {
      const { fallback } = context.plan
      if (fallback === null) return { ok: false, cause: "there is nothing to go back to" }
      if (colourOf(coloured(context), fallback) !== null) return leadTo(context, fallback)
      const idle = idleOf(coloured(context))
      const result = await upgrade(idle, fallback.version)
      if (result.ok) await lead(context.api, context.settings.namespace, idle)
      return result
    },
    onTakeOver: "repeat-unless-running",
    wayBack: null,
  }

  const takeOff: Step = {
    id: "take-off",
    title: "lead traffic nowhere",
    place: "strategy",
    isDone: ({ plan, world }) => (runs(world, plan.target) ? null : "it never served"),
    announce: () => "lead traffic nowhere",
    run: async ({ api, settings }) => {
      await lead(api, settings.namespace, null)
      return { ok: true, note: "nothing serves" }
    },
    onTakeOver: "keep",
    wayBack: null,
  }

  return { bringIdle, switchTraffic, switchBack, takeOff }
}

async function leadTo(context: StepContext, set: ReleaseDigests): Promise<StepResult> {
  const colour = colourOf(coloured(context), set)
  if (colour === null) return { ok: false, cause: `${set.version} is in neither release` }
  await lead(context.api, context.settings.namespace, colour)
  return { ok: true, note: `${colour} serves` }
}
