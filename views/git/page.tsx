import { basename } from "node:path"
import type { RepositoryTrust } from "../../src/features/git/schema"
import type { Frame } from "../../src/platform/http/schema"
import { Empty } from "../empty"
import { Layout } from "../layout"
import { Repository } from "./repository"

type GitPageProps = Frame & { repositories: RepositoryTrust[] }

export function GitPage({ repositories, ...frame }: GitPageProps): JSX.Element {
  return (
    <Layout title="Git" current="git" {...frame}>
      <header class="page-head">
        <h1>Git</h1>
        <p class="lead">
          Repositories that agents work in. Claude Code ignores a repository's own settings until
          you trust them, and again once they change.
        </p>
      </header>
      {repositories.length === 0 && (
        <Empty icon="git" title="No repositories yet">
          Start a Claude Code agent in one, and it appears here.
        </Empty>
      )}
      {repositories.map((repository) => (
        <Repository repository={repository} name={basename(repository.repo)} />
      ))}
    </Layout>
  )
}
