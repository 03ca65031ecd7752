/**
 * All strategies, by the names that environments, plans and journals have of them and that never change: the only file
 * that names them. The first is that of an environment that names none. It is pure, and a member is loaded by a driver:
 * the configuration reads the names without Helm and Kubernetes.
 */
const catalogue = [{ id: "rolling", load: () => import("./rolling.ts") }] as const

export type StrategyName = (typeof catalogue)[number]["id"]

export const strategyNames: readonly StrategyName[] = catalogue.map(({ id }) => id)

export const defaultStrategy: StrategyName = catalogue[0].id

/** All of them, each with its name. */
export function loadStrategies() {
  return Promise.all(catalogue.map(async ({ id, load }) => ({ ...(await load()).strategy, id })))
}
