import type { App, Group, Tenant, User } from './model.js';

/** Microsoft's tenant for personal accounts; nobody is in it unless a test puts somebody there. */
export const consumersTenantId = '9188040d-6c67-4c5b-b112-36a304b66dad';

export type DirectoryContent = { tenants: Tenant[]; users: User[]; groups: Group[]; apps: App[] };

/** Companies, people, groups and app registrations, in memory. */
export class Directory {
  private readonly tenants = new Map<string, Tenant>();
  private readonly users = new Map<string, User>();
  private readonly groups = new Map<string, Group>();
  private readonly apps = new Map<string, App>();
  /** Which scopes a person consented to for an app, by `clientId oid`. */
  private readonly consents = new Map<string, Set<string>>();

  constructor(content: DirectoryContent) {
    this.load(content);
  }

  /** Everything as in this content, and nothing else. The content is copied. */
  load(content: DirectoryContent): void {
    for (const map of [this.tenants, this.users, this.groups, this.apps, this.consents]) map.clear();
    this.putTenant({ id: consumersTenantId, displayName: 'Personal accounts', domains: ['live.example'] });
    const { tenants, users, groups, apps } = structuredClone(content);
    tenants.forEach((tenant) => this.putTenant(tenant));
    groups.forEach((group) => this.putGroup(group));
    users.forEach((user) => this.putUser(user));
    apps.forEach((app) => this.putApp(app));
  }

  /** A copy of everything that `load` takes. */
  content(): DirectoryContent {
    const [tenants, users, groups, apps] = [this.tenants, this.users, this.groups, this.apps].map((map) => [
      ...map.values(),
    ]);
    return structuredClone({ tenants, users, groups, apps }) as DirectoryContent;
  }

  putTenant(tenant: Tenant): void {
    this.tenants.set(tenant.id, tenant);
  }

  putUser(user: User): void {
    this.users.set(user.oid, user);
  }

  putGroup(group: Group): void {
    this.groups.set(group.id, group);
  }

  putApp(app: App): void {
    this.apps.set(app.clientId, app);
  }

  removeUser(oid: string): boolean {
    return this.users.delete(oid);
  }

  listTenants(): Tenant[] {
    return [...this.tenants.values()];
  }

  listUsers(): User[] {
    return [...this.users.values()];
  }

  listApps(): App[] {
    return [...this.apps.values()];
  }

  /** By GUID or by any of its verified domains. */
  findTenant(name: string): Tenant | undefined {
    const wanted = name.toLowerCase();
    return this.tenants.get(wanted) ?? this.listTenants().find((tenant) => tenant.domains.includes(wanted));
  }

  findApp(clientId: string): App | undefined {
    return this.apps.get(clientId.toLowerCase());
  }

  findUser(oid: string): User | undefined {
    return this.users.get(oid.toLowerCase());
  }

  findGroup(id: string): Group | undefined {
    return this.groups.get(id.toLowerCase());
  }

  /** The groups a person is in, also those that groups of theirs are in, ordered by id, as a directory pages them. */
  groupsOf(user: User): Group[] {
    const found = new Map<string, Group>();
    const open = [...user.groups];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const group = this.groups.get(id);
      if (!group || found.has(id)) continue;
      found.set(id, group);
      open.push(...(group.memberOf ?? []));
    }
    return [...found.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /**
   * The account that holds the credentials for a typed name: by user name anywhere, else by an address in a domain of
   * the user's own company (an unverified address is nobody's name), else an invited address.
   */
  findAccount(typed: string): User | undefined {
    const name = typed.trim().toLowerCase();
    const users = this.listUsers();
    const byName = users.find((user) => user.userPrincipalName.toLowerCase() === name);
    const byMail = users.find((user) => user.mail?.toLowerCase() === name && this.isOwnAddress(user));
    return this.homeOf(byName ?? byMail);
  }

  /** The same person as an object of another tenant: herself at home, a guest elsewhere, or nobody. */
  asSeenIn(tenantId: string, account: User): User | undefined {
    if (account.tenantId === tenantId) return account;
    return this.listUsers().find((user) => user.tenantId === tenantId && user.home?.oid === account.oid);
  }

  consentsOf(clientId: string, oid: string): Set<string> {
    const key = `${clientId} ${oid}`;
    const found = this.consents.get(key) ?? new Set<string>();
    this.consents.set(key, found);
    return found;
  }

  private homeOf(user: User | undefined): User | undefined {
    return user?.home ? this.users.get(user.home.oid) : user;
  }

  private isOwnAddress(user: User): boolean {
    const domain = user.mail?.split('@')[1]?.toLowerCase() ?? '';
    return user.guest || (this.tenants.get(user.tenantId)?.domains.includes(domain) ?? false);
  }
}
