/** A kubeconfig with one user and one cluster. */
export function kubeconfig(user: unknown, cluster: unknown): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "here", user: "me" } }],
    clusters: [{ name: "here", cluster }],
    users: [{ name: "me", user }],
  })
}

/** A certificate that signs nothing anywhere; made for these tests, its key is thrown away. */
export const strangeAuthority = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUVEfmiy9Kr71UBwAg6ae5xQ/YPdIwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEyMTExMDIzOFoYDzIxMjYxMDI4MTEw
MjM4WjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQoQklKz7HNeghKIy6ALc/slE0cmk0542XTW/nyTVa81v6I8hx2fINXkmKD5bl2
nxLR/2KGnw9/6hraCV5EPaAXo1MwUTAdBgNVHQ4EFgQUmzwf4C9hPZS/o5OCZck3
eer+f2cwHwYDVR0jBBgwFoAUmzwf4C9hPZS/o5OCZck3eer+f2cwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBuM9sZ5T1kE/r+ozOfPE5zQsLT4g2J
fVlcjw0c8N1iEgIhAONly9VQA3K6H9xOQ/4qQal4lH+X0eRKpBpzNmASCSmD
-----END CERTIFICATE-----
`
