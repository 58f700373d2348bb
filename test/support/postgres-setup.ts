export { offerPostgres as default } from './postgres';
