import type { Container } from "@dagger.io/dagger"
import type { MadeImage } from "../languages/index.ts"
import { hardening } from "./hardening.ts"
import { foreignLabels, imageLabels, type LabelOptions } from "./labels.ts"

/** What every image that is made here has in common: an unprivileged user, its port, a health check, and who it is. */
export function hardened(
  { container: image, user, port, healthcheck }: MadeImage,
  labels: LabelOptions,
): Container {
  const { interval, timeout, startPeriod, retries } = hardening.healthcheck
  const configured = foreignLabels
    .reduce((container, label) => container.withoutLabel(label), image)
    .withUser(`${user}:${user}`)
    .withExposedPort(port)
  const checked =
    healthcheck === undefined
      ? configured
      : configured.withDockerHealthcheck([...healthcheck], { interval, timeout, startPeriod, retries })
  return imageLabels(labels).reduce((container, [label, value]) => container.withLabel(label, value), checked)
}
