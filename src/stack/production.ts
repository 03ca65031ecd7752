/** How many of a component run where a stack is to be like production. */
export const replicasOf = ({ pages }: { readonly pages: boolean }): number => (pages ? 2 : 3)

const limits = (cpus: string, memory: string) => ({ resources: { limits: { cpus, memory, pids: 200 } } })

/** As much as the built-in chart allows a component. */
export const componentLimits = limits("0.5", "256M")
export const serviceLimits = limits("1", "512M")
