import { call } from '../../data/api.ts';
import { toast } from '../../ui/toast.tsx';

/** Through the client, so that a problem is shown as a problem and not saved as a file. */
export async function downloadPackage(params: {
  readonly appKey: string;
  readonly version: string;
}): Promise<void> {
  try {
    const response = await call('downloadApp', { params });
    saveFile(await response.blob(), `${params.appKey}-${params.version}.zip`);
  } catch (error) {
    toast(error instanceof Error ? error.message : 'It could not be downloaded.', { tone: 'bad' });
  }
}

export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
