import { z } from 'zod'

/** Everything that the environment decides. One image runs everywhere; only these differ. */
const Environment = z.object({
  /** Version that `/health` reports; set by whoever deploys, since one image may be released more than once. */
  APP_VERSION: z.string().min(1).default('0.0.0-unversioned'),
  HOST: z.string().min(1).default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(5000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  /** Milliseconds between "not ready" and closing: the time that load balancers need to notice. */
  DRAIN_MS: z.coerce.number().int().min(0).max(60_000).default(5000),
  /** Milliseconds that running requests get after draining, before their connections are cut. */
  CLOSE_MS: z.coerce.number().int().min(0).max(60_000).default(10_000),
  /** `true` while the service may only be read, for instance during maintenance. */
  READ_ONLY: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
  MAX_AGENTS: z.coerce.number().int().min(1).default(10_000),
  /** Messages kept per conversation. */
  MAX_MESSAGES: z.coerce.number().int().min(2).default(1000),
  /** Milliseconds after which agents of checks (purpose `test`) are removed, should a check not have done so. */
  TEST_DATA_TTL_MS: z.coerce.number().int().min(1000).default(900_000),
})

export interface Config {
  readonly version: string
  readonly host: string
  readonly port: number
  readonly logLevel: z.infer<typeof Environment>['LOG_LEVEL']
  readonly drainMs: number
  readonly closeMs: number
  readonly readOnly: boolean
  readonly maxAgents: number
  readonly maxMessages: number
  readonly testDataTtlMs: number
}

/** Reads the configuration; an invalid value stops the start with the name of the variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(environment)
  if (!parsed.success) {
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`invalid environment: ${reasons.join('; ')}`)
  }
  const value = parsed.data
  return {
    version: value.APP_VERSION,
    host: value.HOST,
    port: value.PORT,
    logLevel: value.LOG_LEVEL,
    drainMs: value.DRAIN_MS,
    closeMs: value.CLOSE_MS,
    readOnly: value.READ_ONLY,
    maxAgents: value.MAX_AGENTS,
    maxMessages: value.MAX_MESSAGES,
    testDataTtlMs: value.TEST_DATA_TTL_MS,
  }
}
