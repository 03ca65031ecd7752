// What a scanner finds, and what only looks like it.
const github = "PLANTED_GITHUB"
const short = "ghp_A1b2C3d4"

const aws = "PLANTED_AWS"
const documented = "AKIAIOSFODNN7EXAMPLE"

const gitlab = "PLANTED_GITLAB"
const npm = "PLANTED_NPM" // gitleaks:allow

const fromEnvironment = process.env.API_KEY
const apiKey = "PLANTED_GENERIC"
const placeholder = { apiKey: "<your-api-key>", password: "${PASSWORD}" }

const digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
const commit = "5f3f9dea1b2c3d4e5f60718293a4b5c6d7e8f901"
const id = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
