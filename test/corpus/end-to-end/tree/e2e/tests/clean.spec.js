import { expect, test } from "@playwright/test"

test("says what is not there", async ({ page }) => {
  const response = await page.goto("/none")
  expect(response.status()).toBe(404)
  await expect(page.locator("h1")).toHaveText("Not found")
})

test("will pay some day", async ({ page }) => {
  test.fail()
  await page.goto("/checkout")
  await expect(page.getByText("Paid")).toBeVisible()
})

test("prints what a failure does", async ({ page }) => {
  await page.goto("/")
  console.log("  1) tests/clean.spec.js:16:3 › prints › Error: expect(locator).toHaveText(expected) failed")
})

test("keeps what is for TLS alone", async ({ page, context }) => {
  await page.goto("/")
  await page.evaluate(() => {
    document.cookie = "basket=1; Secure"
  })
  expect(await context.cookies()).toMatchObject([{ name: "basket", secure: true }])
  expect(await page.evaluate(() => isSecureContext)).toBe(true)
})
