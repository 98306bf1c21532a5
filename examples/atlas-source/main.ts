import { writeFile } from 'node:fs/promises';
import { createAtlas } from './atlas.ts';
import { readConfig } from './config.ts';
import { loadData } from './data.ts';
import { DEMO_CLIENT } from './demo-client.ts';
import { createAtlasServer } from './server.ts';

const { host, port, readyFile } = await readConfig();
const now = (): Date => new Date();
const server = createAtlasServer({ atlas: createAtlas(await loadData(), now), now, ...DEMO_CLIENT });

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}

server.listen(port, host, () => {
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  const message = `The Atlas is on http://${host}:${String(actual)}`;
  console.log(JSON.stringify({ level: 'info', code: 'atlas.listening', message }));
  if (readyFile !== undefined) void writeFile(readyFile, JSON.stringify({ port: actual }));
});
