// The files of what was dropped or picked: folders are opened, and what systems leave lying about is passed over.

export interface Dropped {
  files: File[];
  skipped: number;
}

const MOST_FILES = 5000;

export function isLitter(name: string): boolean {
  return name.startsWith(".") || name.startsWith("~$") || /^(thumbs\.db|desktop\.ini)$/i.test(name);
}

/** A path as a picker of folders tells it: hidden folders are passed over too. */
export function isHidden(path: string): boolean {
  return path.split("/").some(isLitter);
}

export function picked(files: Iterable<File>): Dropped {
  const all = [...files];
  const wanted = all.filter((file) => !isHidden(file.webkitRelativePath || file.name)).slice(0, MOST_FILES);
  return { files: wanted, skipped: all.length - wanted.length };
}

export async function dropped(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return picked(transfer.files);
  const found: Dropped = { files: [], skipped: 0 };
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry: FileSystemEntry, found: Dropped): Promise<void> {
  if (isLitter(entry.name) || found.files.length >= MOST_FILES) {
    found.skipped += 1;
  } else if (entry.isFile) {
    found.files.push(await fileOf(entry as FileSystemFileEntry));
  } else {
    for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) await walk(child, found);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader gives a hundred at a time, until it gives none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
