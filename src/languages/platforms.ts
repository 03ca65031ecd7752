import { z } from "zod"
import {
  type PulledPlatformName,
  platformByDefault,
  platformNames,
  pulledPlatformNames,
} from "../domain/platform.ts"

/** One platform of an image. */
export const platformName = z.enum(platformNames)

/** Platforms of a component that is made for each of them where the build runs. */
export const anyPlatforms = z
  .array(platformName)
  .min(1)
  .refine((all) => new Set(all).size === all.length, { error: "each platform once" })
  .optional()

/** Platforms of an image that is built elsewhere. */
export const pulledPlatforms = z
  .array(z.enum(pulledPlatformNames))
  .min(1)
  .refine((all) => new Set(all).size === all.length, { error: "each platform once" })
  .optional()

/**
 * Platforms of a component that is built for one alone. The key is there to say so: of a component that would need another one, nothing is
 * built, rather than an image of one platform that looks as if it were for all.
 * @param why in the words of an error
 */
export function onePlatform(why: string) {
  return z
    .array(platformName)
    .refine((all) => all.length === 1 && all[0] === platformByDefault, {
      error: `[${platformByDefault}] alone: ${why}`,
    })
    .optional()
    .describe(`Platform of the image: ${platformByDefault} alone, as ${why}.`)
}

/** What of a component says its platforms. */
interface Named {
  readonly platform?: string | undefined
  readonly platforms?: readonly PulledPlatformName[] | undefined
}

/** The platforms that a component states, in the order of their names; undefined where it states none. */
export function statedPlatforms({ platform, platforms }: Named): readonly string[] | undefined {
  if (platforms !== undefined) return pulledPlatformNames.filter((name) => platforms.includes(name))
  return platform === undefined ? undefined : [platform]
}

/** The platforms that a component which is made for any has an image for. */
export function platformsOf(component: Named): readonly [string, ...string[]] {
  const [first = platformByDefault, ...others] = statedPlatforms(component) ?? []
  return [first, ...others]
}
