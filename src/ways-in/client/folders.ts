import type {
  Folder,
  FolderChanges,
  FolderDetail,
  FolderInput,
  FolderPlan,
} from "../../features/folders/schema"
import { type Endpoint, json } from "./http"

type FolderOptions = Pick<FolderInput, "include_secrets">

const FOLDERS = "/api/rag/folders"

/** Folders on the server's disk. */
export function folderClient(endpoint: Endpoint) {
  const at = (id: string) => `${FOLDERS}/${encodeURIComponent(id)}`
  const add = <T>(body: object) => json<T>(endpoint, FOLDERS, { method: "POST", body })
  return {
    listFolders: (query: { limit?: number; before?: string } = {}) =>
      json<Folder[]>(endpoint, FOLDERS, { query }),
    addFolder: (path: string, options: FolderOptions = {}) => add<Folder>({ path, ...options }),
    previewFolder: (path: string, options: FolderOptions = {}) =>
      add<FolderPlan>({ path, dry_run: true, ...options }),
    getFolder: (id: string) => json<FolderDetail>(endpoint, at(id)),
    changeFolder: (id: string, body: FolderChanges) =>
      json<Folder>(endpoint, at(id), { method: "PATCH", body }),
    syncFolder: (id: string) =>
      json<Folder>(endpoint, `${at(id)}/sync`, { method: "POST", body: {} }),
    removeFolder: (id: string) =>
      json<{ status: "deleted" }>(endpoint, at(id), { method: "DELETE" }),
  }
}
