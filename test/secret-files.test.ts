import { expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import { openDatabase } from "../src/platform/db/open"
import { secretByContent, secretByPath } from "../src/platform/files/secret"
import { command } from "./support/amelia"
import { freshHome } from "./support/database"
import { allDocuments, folderWhen, kept, synced, testFolder } from "./support/folder"
import { testServer } from "./support/server"

const block = (kind: string) => `-----BEGIN ${kind}-----\nMIIEvQIBADANBgkq\n-----END ${kind}-----\n`
const key = block("PRIVATE KEY")
const guide = `# Keys\n\nA key looks like this:\n\n\`\`\`\n${key}\`\`\`\n`

const secretPaths = [
  ...[
    ".env",
    ".env.production",
    "deploy/prod.env",
    ".ENV",
    ".envrc",
    ".netrc",
    ".npmrc",
    ".pypirc",
  ],
  ...["server.pem", "tls/server.key", "putty.ppk", "store.p12", "app.keystore", "words.kdbx"],
  ...["id_rsa", "id_ed25519", ".ssh/config", ".ssh/known_hosts", ".gnupg/trustdb.gpg"],
  ...[".aws/credentials", ".docker/config.json", ".kube/config", "kubeconfig", ".git-credentials"],
  ...[".config/gcloud/access_tokens.db", ".pgpass", "secrets.yaml", "client_secret_1.json"],
  ...[".mcp.json", ".claude/settings.local.json", ".vscode/mcp.json", "terraform.tfstate"],
  ...["terraform.tfstate.backup", ".bash_history", ".python_history", "fish_history"],
]
const plainPaths = [
  ...[".env.example", ".env.sample", "example.env", ".env.local.template", "environment.md"],
  ...["id_rsa.pub", "keys.md", "config.json", "docker/config.json", ".aws/task-definition.json"],
  ...["credentials.md", "secrets.md", "shadow", "history.txt", "terraform.tf", "settings.json"],
]

test("files that hold secrets are known by their paths, and their likes are not taken for such", () => {
  const secret = (path: string) => secretByPath(`/home/you/${path}`, 0o644) !== undefined
  expect(secretPaths.filter((path) => !secret(path))).toEqual([])
  expect(plainPaths.filter(secret)).toEqual([])
  expect(secretByPath("/etc/shadow", 0o640)).toContain("only some users may read")
  expect(secretByPath("/etc/backup/tokens.txt", 0o640)).toContain("only some users may read")
  expect(secretByPath("/etc/motd", 0o644)).toBeUndefined()
})

const secretTexts = [
  ...[
    key,
    `\ufeff\n${key}`,
    `# Mine\n${key}`,
    block("OPENSSH PRIVATE KEY"),
    block("CERTIFICATE") + key,
  ],
  ...[block("PGP PRIVATE KEY BLOCK"), `Bag Attributes\n    localKeyID: 01\n${key}`],
  ...["PuTTY-User-Key-File-3: ssh-ed25519\n", "# created: now\nAGE-SECRET-KEY-1QQQ\n"],
  ...["[default]\naws_secret_access_key = abc\n", "[Interface]\nPrivateKey = abc=\n"],
  ...["User name,Password,Access key ID,Secret access key\n", "root:$6$x$y:19000:0:99999:7:::\n"],
  ...[`{"type": "service_account", "private_key": "${JSON.stringify(key).slice(1, -1)}"}`],
  ...[
    "apiVersion: v1\nclusters:\n- cluster:\n",
    '{\n  "version": 4,\n  "terraform_version": "1.9"\n}',
  ],
]
const plainTexts = [
  ...["", "# Notes\n", guide, `const key = \`${key}\``, block("CERTIFICATE"), block("PUBLIC KEY")],
  ...["Write aws_secret_access_key = … into [default].", "apiVersion: v1\nkind: Pod\n"],
  ...["# Access\n\nLike this:\n\n```\napiVersion: v1\nclusters:\nusers:\n```\n"],
  ...[
    '{"private_key": "see the vault"}',
    "root:x:0:0:root:/root:/bin/sh\n",
    "# AGE-SECRET-KEY-1\n",
  ],
]

test("files that hold secrets are known by how they begin, and those that show one are not", () => {
  const secret = (text: string) => secretByContent(new TextEncoder().encode(text)) !== undefined
  expect(secretTexts.filter((text) => !secret(text))).toEqual([])
  expect(plainTexts.filter(secret)).toEqual([])
  expect(secretByContent(Buffer.from(`\ufeff${key}`, "utf16le"))).toBe("a private key")
})

const files = {
  ...{ ".env": "TOKEN=quokka", "notes.md": "# Notes", "guide.md": guide },
  ...{ "copied.txt": key, "sub/.ssh/config": "Host quokka" },
}
const reasons = {
  ".env": "It looks like a secret: environment variables.",
  "copied.txt": "It looks like a secret: a private key.",
  "sub/.ssh/config": "It looks like a secret: SSH or GnuPG keys.",
}
const skippedOf = ({ skipped }: { skipped: { path: string; reason: string }[] }) =>
  Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]))

test("a folder leaves out what looks like a secret and says why, until it is told otherwise", async () => {
  await using folder = await testFolder(files)
  await using server = await testServer()
  const { client } = server
  const paths = async () => (await allDocuments(client)).map((it) => it.metadata.path).sort()
  const plan = await client.previewFolder(folder.path)
  expect(skippedOf(plan)).toEqual(reasons)
  const all = { include_secrets: true }
  expect(await client.previewFolder(folder.path, all)).toMatchObject({ skipped: [] })
  const first = await kept(client, folder.path)
  expect(skippedOf(first)).toEqual(reasons)
  expect(first.include_secrets).toBe(false)
  expect(await paths()).toEqual(["guide.md", "notes.md"])
  expect(await client.search({ query: "quokka" })).toEqual([])

  const { id } = await client.addFolder(folder.path, all)
  expect(await folderWhen(client, id)).toMatchObject({ include_secrets: true, skipped: [] })
  expect(await paths()).toEqual(Object.keys(files).sort())
  expect((await client.search({ query: "quokka" })).length).toBeGreaterThan(0)
  expect(skippedOf(await client.previewFolder(folder.path, { include_secrets: false }))).toEqual(
    reasons,
  )
  // What is said of other things leaves it as it is.
  expect(await client.addFolder(folder.path)).toMatchObject(all)

  await client.changeFolder(id, { include_secrets: false })
  expect(skippedOf(await folderWhen(client, id))).toEqual(reasons)
  expect(await paths()).toEqual(["guide.md", "notes.md"])
  expect(await client.search({ query: "quokka" })).toEqual([])
})

test("secrets that were documents before folders left them out go at the next sync", async () => {
  await using folder = await testFolder(files)
  await using at = await freshHome()
  const { home } = at
  {
    await using server = await testServer({ home })
    const { id } = await server.client.addFolder(folder.path, { include_secrets: true })
    expect(await folderWhen(server.client, id)).toMatchObject({ files: { skipped: 0 } })
  }
  const database = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
  await database.db.execute(
    sql`update folders set include_secrets = false, last_sync = last_sync - 'secretRules'`,
  )
  await database.close()
  await using server = await testServer({ home })
  const [{ id } = { id: "" }] = await server.client.listFolders()
  const after = await folderWhen(server.client, id)
  expect(skippedOf(after)).toEqual(reasons)
  // The others were read again, and are the same.
  expect(after.last_sync).toMatchObject({ unchanged: 2, changed: 0, added: 0 })
  expect((await allDocuments(server.client)).map((it) => it.metadata.path).sort()).toEqual([
    ...["guide.md", "notes.md"],
  ])
  await folder.write({ "copied.txt": "A quokka smiles." })
  await synced(server.client, id)
  const [found] = await server.client.search({ query: "quokka" })
  expect(found?.document_name).toEndWith("/copied.txt")
})

test("the page of a folder says whether it has secrets, and changes it", async () => {
  await using folder = await testFolder(files)
  await using server = await testServer()
  const { id } = await kept(server.client, folder.path)
  const page = async () => await (await server.fetch(`/documents/folders/${id}`)).text()
  expect(await page()).toContain("Files that look like secrets are skipped.")
  const body = new URLSearchParams({ include: "true" })
  const headers = { Origin: server.url }
  const method = "POST"
  await server.fetch(`/documents/folders/${id}/secrets`, { method, body, headers })
  expect(await folderWhen(server.client, id)).toMatchObject({ files: { skipped: 0 } })
  expect(await page()).toContain("Files that look like secrets are included.")
})

test("a command asks before it adds a file that looks like a secret, or needs --force", async () => {
  await using folder = await testFolder({ "a.env": "TOKEN=quokka", "b.md": key, "c.md": guide })
  await using server = await testServer()
  const { home, client } = server
  const given = ["a.env", "b.md", "c.md"].map((name) => folder.at(name))
  const risk =
    `${folder.at("a.env")} looks like a secret: environment variables.\n` +
    `${folder.at("b.md")} looks like a secret: a private key.\n`
  for (const args of [
    ["ingest", ...given],
    ["ask", "What?", "--doc", folder.at("a.env")],
  ]) {
    const { code, err } = await command(args, { home })
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("use --force.") })
  }
  const asked: string[] = []
  const answering = (answer: string) => async (question: string) => {
    asked.push(question)
    return answer
  }
  const refused = await command(["ingest", ...given], { home, ask: answering("n") })
  expect(refused).toEqual({ code: 2, out: "", err: "Nothing was added.\n" })
  expect(await client.listDocuments()).toEqual([])
  expect(asked).toEqual([expect.stringContaining(risk)])
  expect(await command(["ingest", given[0]!], { home, ask: answering("y") })).toMatchObject({
    code: 0,
  })
  expect(await command(["ingest", given[1]!, "--force"], { home })).toMatchObject({ code: 0 })
  expect(await command(["ingest", given[2]!], { home })).toMatchObject({ code: 0 })
  expect((await client.listDocuments()).map(({ name }) => name).sort()).toEqual([
    ...["a.env", "b.md", "c.md"],
  ])
})

test("a command includes the secrets of a folder, and leaves them out again", async () => {
  await using folder = await testFolder(files)
  await using server = await testServer()
  const { home } = server
  const count = async (...flags: string[]) => {
    const { out } = await command(["ingest", folder.path, ...flags, "--json"], { home })
    return JSON.parse(out).folders[0].files.skipped
  }
  expect(await count()).toBe(3)
  expect(await count("--include-secrets")).toBe(0)
  expect(await count()).toBe(0)
  expect(await count("--no-include-secrets")).toBe(3)
  const [folderNow] = await server.client.listFolders()
  const { out } = await command(["folders", "show", folderNow!.id], { home })
  expect(out).toContain("Files that look like secrets are skipped.\n")
  expect(out).toContain(`copied.txt: ${reasons["copied.txt"]}\n`)
})
