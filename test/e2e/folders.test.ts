import { expect, test } from "bun:test"
import { basename } from "node:path"
import { browserPath, openBrowser } from "../support/browser"
import { testFolder } from "../support/folder"
import { picture } from "../support/picture"
import { testServer } from "../support/server"

test.skipIf(!browserPath)(
  "in a browser: a folder is added, follows the disk, lists skipped files, and is removed",
  async () => {
    await using folder = await testFolder({
      ...{ "guide.md": "# Guide\n\nRead me.", "src/main.ts": "export const one = 1\n" },
      "picture.png": new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]),
    })
    await using server = await testServer()
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const name = basename(folder.path)
    await page.goto(`${server.url}/documents`)
    const path = page.getByLabel("Folder on this machine")
    await path.fill("/nowhere/at/all")
    await page.getByRole("button", { name: "Sync folder" }).click()
    await page.getByText("There is no folder /nowhere/at/all.").waitFor()
    expect(await path.inputValue()).toBe("/nowhere/at/all")
    await path.fill(folder.path)
    await page.getByRole("button", { name: "Sync folder" }).click()
    const section = page.locator("#folders")
    await section.getByText("2 indexed · 1 skipped").waitFor()
    await section.getByText("Up to date", { exact: true }).waitFor()

    await folder.write({ "notes/new.md": "# New\n\nFresh." })
    await section.getByText("3 indexed · 1 skipped").waitFor()
    await page.getByRole("link", { name: `${name}/notes/new.md` }).waitFor()
    await picture(page, "folders")
    await page.getByRole("link", { name, exact: true }).click()
    await page.getByText("picture.png", { exact: true }).waitFor()
    await page.getByText(folder.path).waitFor()
    await folder.write({ "empty.md": "" })
    await page.getByText("empty.md", { exact: true }).waitFor()
    await page.getByRole("button", { name: "Sync now" }).click()
    await folder.write({ ".env": "TOKEN=1" })
    await page.getByText("It looks like a secret: environment variables.").waitFor()
    await picture(page, "folder")
    await page.getByRole("button", { name: "Include them" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Include" }).click()
    await page.getByText("Files that look like secrets are included.").waitFor()
    await page.getByText("It looks like a secret").waitFor({ state: "detached" })
    await page.emulateMedia({ colorScheme: "dark" })
    await picture(page, "folder-dark")

    await page.getByRole("button", { name: "Remove" }).click()
    await page.getByRole("button", { name: "Go back" }).click()
    await page.goto(`${server.url}/documents`)
    await picture(page, "folders-dark")
    await section.getByRole("button", { name: `Remove ${name}` }).click()
    await page.getByText("its files stay on disk").waitFor()
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click()
    await section.getByRole("row").waitFor({ state: "detached" })
    await page.getByText("No documents yet").waitFor()
    expect(await server.client.listFolders()).toEqual([])
  },
)
