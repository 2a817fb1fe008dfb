// How the console is built and tested. Never reaches the network, and puts nothing into the built page that a strict content
// policy would refuse.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.ZAITON_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  // The server puts another word here in each answer.
  html: { cspNonce: '__ZAITON_NONCE__' },
  build: { target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 900, modulePreload: { polyfill: false } },
  server: { host: '127.0.0.1', proxy: { '/api': server } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/test-setup.ts'], isolate: false, maxWorkers: 2, testTimeout: 30_000 },
});
