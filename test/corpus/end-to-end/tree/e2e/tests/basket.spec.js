import { expect, test } from "@playwright/test"

test.describe("basket", () => {
  test("counts what is added", async ({ page }) => {
    await page.goto("/")
    await page.getByRole("button", { name: "Add to basket" }).click()
    await expect(page.locator("#count")).toHaveText("1")
  })

  test("has a discount", async ({ page }) => {
    await page.goto("/")
    await expect(page.locator("#discount")).toHaveText("10 %")
  })
})

test.skip("is kept until tomorrow", () => {})
