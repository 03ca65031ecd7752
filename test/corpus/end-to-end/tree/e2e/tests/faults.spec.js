import { expect, test } from "@playwright/test"

test("runs out of its time", async ({ page }) => {
  test.setTimeout(30_000)
  await page.goto("/")
  await page.getByRole("button", { name: "Pay" }).click()
})

test("loses its browser", async ({ page, browser }) => {
  await page.goto("/")
  await browser.close()
  await page.getByRole("button").click()
})

test("asks a page that is not there", async ({ page }) => {
  await page.goto("http://127.0.0.1:1/")
})

test("fails in a helper", async ({ page }) => {
  await page.goto("/checkout")
  await test.step("pays", async () => {
    expect(await page.title()).toBe("Paid")
  })
})
