export { withdrawPostgres as default } from './postgres';
