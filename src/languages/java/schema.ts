import { z } from "zod"
import { common } from "../common.ts"

const moduleName = z
  .string()
  .regex(/^[a-z][\w.]{0,99}$/, { error: "the name of a module of the JDK, such as jdk.localedata" })

const option = z
  .string()
  .regex(/^-[^\p{Cc}]{1,500}$/u, { error: "one option of java, such as -XX:MaxRAMPercentage=60" })

const { path, ...others } = common

export const component = z
  .strictObject({
    path: path.describe(
      "Directory of the Maven module that is the service, relative to the source root. Where a pom.xml above it lists it as a module, " +
        "Maven is started there, for this module and what it needs.",
    ),
    language: z.literal("java").describe("A service on the JVM, built by Maven."),
    ...others,
    jdkModules: z
      .array(moduleName)
      .max(64)
      .default([])
      .describe(
        "Modules of the JDK that its runtime needs beside those that its classes name, and those that Spring finds by reflection.",
      ),
    javaOptions: z
      .array(option)
      .max(32)
      .default([])
      .describe(
        "Options of java, before the application: they are part of the image's entrypoint, never a secret.",
      ),
  })
  .describe(
    "A service on the JVM, built by Maven: a Spring Boot application, or a jar that starts by itself.",
  )

export type JavaComponent = z.infer<typeof component>
