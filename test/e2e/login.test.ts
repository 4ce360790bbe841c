import { expect, test } from "bun:test"
import { browserPath, openBrowser } from "../support/browser"
import { picture } from "../support/picture"
import { testServer } from "../support/server"

const token = "a-long-random-text"

test.skipIf(!browserPath)(
  "in a browser: redirect to the login, wrong token, right token, back to the page, log out",
  async () => {
    await using server = await testServer({ settings: { AMELIA_TOKEN: token } })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(`${server.url}/documents?q=lantern`)
    expect(new URL(page.url()).pathname).toBe("/login")
    await picture(page, "login")

    const enter = async (text: string) => {
      await page.getByLabel("Token").fill(text)
      await page.getByLabel("Token").press("Enter")
    }
    await enter("wrong")
    await page.getByRole("alert").waitFor()
    await picture(page, "login-wrong")
    await enter(token)
    await page.waitForURL(`${server.url}/documents?q=lantern`)

    await page.goto(server.url)
    expect(await page.evaluate(() => document.cookie), "scripts can't read it").toBe("")
    await page.goto(`${server.url}/documents`)
    await page.getByText("Live").waitFor()
    await page.goto(server.url)
    await picture(page, "home-logged-in")
    await page.getByRole("button", { name: "Log out" }).click()
    await page.waitForURL(`${server.url}/login`)
    await page.goto(`${server.url}/documents`)
    expect(new URL(page.url()).pathname).toBe("/login")
  },
)
