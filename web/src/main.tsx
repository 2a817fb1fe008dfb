// Starts the console: words, theme, cache, pages. Holds no page, no rule and no text.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem } from './api/problem';
import { Boundary } from './app/Boundary';
import { Components } from './app/Components';
import { makeRouter } from './app/router';
import { PlaceProvider } from './app/place';
import { ShadeProvider } from './app/shade';
import './theme/app.css';
import { begin } from './text';

await begin();
const client = new QueryClient({
  defaultOptions: {
    queries: {
      // What was refused stays so; what was not reached is tried once more.
      retry: (failures, error) => failures < 1 && (!(error instanceof Problem) || error.isUncertain),
      retryDelay: 500,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
const router = makeRouter(client);
const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <ShadeProvider>
      <Components>
        <Boundary>
          <QueryClientProvider client={client}>
            <PlaceProvider>
              <RouterProvider router={router} />
            </PlaceProvider>
          </QueryClientProvider>
        </Boundary>
      </Components>
    </ShadeProvider>
  </StrictMode>,
);
