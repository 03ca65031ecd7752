import { SignalboxError } from "../../domain/index.ts"
import { nearest } from "../../domain/nearest.ts"

/** How many users, for how long, and what the run is for. */
export interface LoadProfile {
  readonly users: number
  readonly durationSeconds: number
  /** Seconds until all users are there; part of the duration. */
  readonly rampUpSeconds: number
  readonly purpose: string
}

/** The profiles by name. `smoke` and `safety` are the ones meant for production. */
export const profiles = {
  smoke: { users: 10, durationSeconds: 60, rampUpSeconds: 5, purpose: "does it hold a little traffic" },
  load: { users: 100, durationSeconds: 300, rampUpSeconds: 30, purpose: "baseline under expected traffic" },
  stress: { users: 500, durationSeconds: 600, rampUpSeconds: 120, purpose: "where is the breaking point" },
  spike: { users: 300, durationSeconds: 180, rampUpSeconds: 10, purpose: "does it scale up in time" },
  volume: {
    users: 400,
    durationSeconds: 1200,
    rampUpSeconds: 60,
    purpose: "does it hold large amounts of data",
  },
  endurance: { users: 100, durationSeconds: 3600, rampUpSeconds: 60, purpose: "does it leak memory" },
  safety: { users: 25, durationSeconds: 300, rampUpSeconds: 120, purpose: "production, with care" },
} as const satisfies Readonly<Record<string, LoadProfile>>

export type ProfileName = keyof typeof profiles
/** In the order in which messages list them. */
export const profileNames = Object.keys(profiles) as ProfileName[]

/** Seconds that a running iteration gets to end after the load's duration. */
export const gracefulStopSeconds = 10

/** Maximum number of users in a protected environment, unless a person lifts the cap. */
export const protectedUserCap = 25

export interface LoadRequest {
  readonly profile: string
  /**
   * Factor on all times of the profile and, below 1, on its users: 0.1 makes 100 users for 300 s into 10 for 30 s, so
   * that the rate at which users come stays the same; 2 makes it 100 for 600 s. Default 1.
   */
  readonly scale?: number
  readonly users?: number | null
  readonly durationSeconds?: number | null
  readonly rampUpSeconds?: number | null
  /** Whether the environment is protected. */
  readonly protected: boolean
  readonly allowAboveCap?: boolean
}

/** The load to run, with all figures. */
export interface LoadPlan extends LoadProfile {
  readonly profile: ProfileName
  readonly scale: number
  /** Exceeds the expected load on purpose, to find the breaking point: its failure is no failure of the release. */
  readonly seeksLimit: boolean
}

/**
 * Calculates a load from its profile, the scale and explicit figures; explicit figures are not scaled.
 * @throws USAGE for an unknown profile; POLICY_REFUSED above the cap of a protected environment.
 */
export function planLoad(request: LoadRequest): LoadPlan {
  const profile = profileName(request.profile)
  const table: LoadProfile = profiles[profile]
  const scale = request.scale ?? 1
  const users = request.users ?? Math.max(1, Math.round(table.users * Math.min(1, scale)))
  const durationSeconds = request.durationSeconds ?? Math.max(1, Math.round(table.durationSeconds * scale))
  const rampUp = request.rampUpSeconds ?? Math.round(table.rampUpSeconds * scale)
  if (request.protected && users > protectedUserCap && request.allowAboveCap !== true)
    throw new SignalboxError("POLICY_REFUSED", {
      what: `${users} users are too many for a protected environment`,
      why: `the cap is ${protectedUserCap}, profile ${profile} has ${users}`,
      next: "run the profile safety, give --users, or lift the cap explicitly (allowAboveCap)",
    })
  const rampUpSeconds = Math.min(rampUp, durationSeconds)
  const seeksLimit = profile === "stress" || users > table.users
  return { profile, scale, users, durationSeconds, rampUpSeconds, purpose: table.purpose, seeksLimit }
}

function profileName(name: string): ProfileName {
  if (Object.hasOwn(profiles, name)) return name as ProfileName
  const meant = nearest(name, profileNames)
  throw new SignalboxError("USAGE", {
    what: `there is no load profile ${JSON.stringify(name)}`,
    why: `known are ${profileNames.join(", ")}`,
    next: meant === undefined ? "name one of them" : `did you mean ${meant}?`,
  })
}
