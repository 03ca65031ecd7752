/**
 * What a system holds that differs between two installations of the same packages, belongs to the machine that
 * made it, or serves nobody in a container. Left out of every layer, which makes equal packages equal layers.
 */
const leftOut: readonly RegExp[] = [
  /^(boot|dev|proc|sys|run|tmp|media|mnt)\/./,
  /^var\/(log|cache|tmp|run)\/./,
  /^var\/lib\/(apt\/lists|dbus|systemd)\/./,
  /^var\/lib\/dpkg\/(lock.*|triggers\/Lock|.*-old)$/,
  /^etc\/(machine-id|hostname|resolv\.conf|hosts|\.pwd\.lock|(passwd|group|shadow|gshadow|subuid|subgid)-)$/,
  /^usr\/share\/(man|info|lintian|locale|bash-completion)\/./,
  // Licences stay.
  /^usr\/share\/doc\/[^/]+\/(?!copyright$)./,
  /**
   * With this program in an image the engine runs it before and after every command where the host has custom
   * certificate authorities (0.6 s each time); without it the engine edits the bundle itself.
   */
  /^usr\/sbin\/update-ca-certificates$/,
]

/** Whether a path of a Debian system stays out of images. */
export const isLeftOut = (path: string): boolean => leftOut.some((pattern) => pattern.test(path))
