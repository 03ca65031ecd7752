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
/** In the order in which they are told. */
export const profileNames = Object.keys(profiles) as ProfileName[]

/** Most users that a protected environment is loaded with, unless a person lifts the cap. */
export const protectedUserCap = 25

export interface LoadWishes {
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

/** The load to run, all figures decided. */
export interface LoadPlan extends LoadProfile {
  readonly profile: ProfileName
  readonly scale: number
  /** Asks for more than was promised, to see where it breaks: its failure says nothing against a release. */
  readonly seeksLimit: boolean
}

/**
 * Decides a load from its profile, the scale and what was asked for; explicit figures are not scaled.
 * @throws USAGE for an unknown profile; POLICY_REFUSED above the cap of a protected environment.
 */
export function planLoad(wishes: LoadWishes): LoadPlan {
  const profile = profileName(wishes.profile)
  const table: LoadProfile = profiles[profile]
  const scale = wishes.scale ?? 1
  const users = wishes.users ?? Math.max(1, Math.round(table.users * Math.min(1, scale)))
  const durationSeconds = wishes.durationSeconds ?? Math.max(1, Math.round(table.durationSeconds * scale))
  const rampUp = wishes.rampUpSeconds ?? Math.round(table.rampUpSeconds * scale)
  if (wishes.protected && users > protectedUserCap && wishes.allowAboveCap !== true)
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
