/** One setting of the configuration that nobody has written, and where its value is from. */
export interface AssumedSetting {
  /** Its path in `signalbox.yaml`: `components.web.port`. */
  readonly setting: string
  /** Its value, as the file would have it on one line. */
  readonly value: string
  /** What was read, in one phrase: `web/server.js: PORT`. */
  readonly because: string
}
