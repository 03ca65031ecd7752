import type { Container } from "@dagger.io/dagger"
import type { UnhardenedImage } from "../languages/index.ts"
import { hardening } from "./hardening.ts"
import { baseImageLabels, imageLabels, type LabelOptions } from "./labels.ts"

/** Adds what every image built here has: an unprivileged user, its port, a health check, and labels. */
export function hardened(
  { container: image, user, port, healthcheck }: UnhardenedImage,
  labels: LabelOptions,
): Container {
  const { interval, timeout, startPeriod, retries } = hardening.healthcheck
  const unlabelled = baseImageLabels
    .reduce((container, label) => container.withoutLabel(label), image)
    .withUser(`${user}:${user}`)
  const configured = port === undefined ? unlabelled : unlabelled.withExposedPort(port)
  const checked =
    healthcheck === undefined
      ? configured
      : configured.withDockerHealthcheck([...healthcheck], { interval, timeout, startPeriod, retries })
  return imageLabels(labels).reduce((container, [label, value]) => container.withLabel(label, value), checked)
}
