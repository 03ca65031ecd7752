/**
 * A flag read as "any text is true": `READ_ONLY: "false"` makes the service read-only. Types, lint and unit tests
 * agree with it, staging does not set the variable; only production does.
 */
export const bug = {
  file: "examples/intelligent-agent/backend/src/config.ts",
  from: `  READ_ONLY: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),`,
  to: "  READ_ONLY: z.coerce.boolean().default(false),",
}
