import type { Call } from "./command.ts"

/** The stages of the Jenkins pipeline; every job belongs to one. */
export const stages = [
  "Quality Gates",
  "Build & Test",
  "Docker Images",
  "Deployment",
  "Post-Deploy Testing",
] as const
export type Stage = (typeof stages)[number]

/** When the nightly jobs start, in UTC: the fields of crontab(5). */
export const nightly = "0 2 * * *"

/** When the weekly ones do, on Sundays; on a server that knows one time alone, they are a part of that night's jobs. */
export const weekly = "0 3 * * 0"

/** Ref patterns that a job runs for, all of one kind. */
export interface Refs {
  readonly kind: "branch" | "tag"
  readonly patterns: readonly string[]
  /** Patterns of rules before: what one of them matches is theirs. */
  readonly except: readonly string[]
}

/** One job of a CI server: a checkout, the call that does the work, and an export of its reports that always runs. */
export interface Job extends JobCalls {
  /** Protected branch whose policy counts where a change is merged into no other. */
  readonly policyBranch: string
}

/** A job without what all jobs of a project share. */
export interface JobCalls {
  readonly id: string
  readonly title: string
  readonly stage: Stage
  /** Absent for a job that runs for every change, pull requests included. */
  readonly refs?: Refs
  /** Runs each night at 02:00 UTC and on demand, and for no change. */
  readonly nightly?: true
  /** Runs each Sunday and on demand, and for no change. */
  readonly weekly?: true
  /** Id of the job that must have succeeded. */
  readonly needs?: string
  /** The environment that the job changes: only one such job runs at a time, under the CI server's rules for it. */
  readonly environment?: string
  /** Runs only after a person has approved the plan whose hash the previous job passes on. */
  readonly approval?: boolean
  /** Who may approve, as the CI server names them. Default: whoever its rules for the environment admit. */
  readonly approvers?: readonly string[]
  /** How many people have to approve it, whose names are passed on. Absent: one, whose name the policy does not ask for. */
  readonly approvals?: number
  /** Writes the plan and its hash into OUT/plan: one plan, which is printed, kept and approved. */
  readonly handOver?: Call
  readonly act: Call
  readonly export?: Call
  /** The export runs first: it fails for no verdict, and the other call then finds the gates' results in the cache. */
  readonly exportFirst?: boolean
  /** Directory that the export call writes. */
  readonly out?: string
  readonly retentionDays: number
  readonly minutes: number
}
