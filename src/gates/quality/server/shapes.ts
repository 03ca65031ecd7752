/** What the web API of SonarQube answers, as far as it is used. Recorded answers: test/recorded/sonarqube. */
import { z } from "zod"

/** A server that is not UP answers this, too, once its port is open. */
export const systemStatus = z.object({ version: z.string(), status: z.string() })

export const validation = z.object({ valid: z.boolean() })

export const global = z.object({ edition: z.string() })

export const gateOfProject = z.object({ qualityGate: z.object({ name: z.string() }) })

export const refusal = z.object({ errors: z.array(z.object({ msg: z.string() })).min(1) })

export const task = z.object({
  task: z.object({
    id: z.string(),
    status: z.enum(["PENDING", "IN_PROGRESS", "SUCCESS", "FAILED", "CANCELED"]),
    componentKey: z.string().optional(),
    analysisId: z.string().optional(),
    errorMessage: z.string().optional(),
    warnings: z.array(z.string()).optional(),
  }),
})

export const projectStatus = z.object({
  projectStatus: z.object({
    status: z.enum(["OK", "WARN", "ERROR", "NONE"]),
    conditions: z
      .array(
        z.object({
          status: z.enum(["OK", "WARN", "ERROR", "NO_VALUE"]),
          metricKey: z.string(),
          comparator: z.enum(["GT", "LT"]),
          errorThreshold: z.string().optional(),
          actualValue: z.string().optional(),
        }),
      )
      .default([]),
    ignoredConditions: z.boolean().default(false),
  }),
})

export const issues = z.object({
  paging: z.object({ total: z.int().min(0) }),
  issues: z.array(
    z.object({
      rule: z.string(),
      severity: z.string(),
      component: z.string(),
      line: z.int().optional(),
      message: z.string(),
      type: z.string().optional(),
    }),
  ),
})

export const measures = z.object({
  component: z.object({
    measures: z.array(z.object({ metric: z.string(), value: z.string().optional() })),
  }),
})

export const newToken = z.object({ token: z.string().min(1) })

export const gateConditions = z.object({ conditions: z.array(z.object({ id: z.string() })).default([]) })
