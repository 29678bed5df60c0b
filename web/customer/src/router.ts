// SPDX-License-Identifier: Apache-2.0
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import HomePage from './pages/HomePage.vue';
import { useSession } from './stores/session';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the texts. */
    title?: string;
    /** The bottom bar's entry that this page belongs to; shows the bar on a phone. */
    tab?: 'home' | 'services' | 'messages' | 'me';
    /** Who may see it: a proven phone, or a customer. */
    needs?: 'phone' | 'customer';
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', component: HomePage, meta: { tab: 'home', title: 'nav.home' } },
  { path: '/services', component: () => import('./pages/ServicesPage.vue'), meta: { tab: 'services', title: 'nav.services' } },
  { path: '/services/:service', component: () => import('./pages/ServicePage.vue'), props: true, meta: { title: 'nav.services' } },
  { path: '/branches', component: () => import('./pages/BranchesPage.vue'), meta: { title: 'branches.title' } },
  { path: '/branches/:branch', component: () => import('./pages/BranchPage.vue'), props: true, meta: { title: 'branches.title' } },
  { path: '/search', component: () => import('./pages/SearchPage.vue'), meta: { title: 'search.title' } },
  { path: '/messages', component: () => import('./pages/MessagesPage.vue'), meta: { tab: 'messages', title: 'nav.messages' } },
  { path: '/me', component: () => import('./pages/MePage.vue'), meta: { tab: 'me', title: 'nav.me' } },
  { path: '/me/password', component: () => import('./pages/PasswordPage.vue'), meta: { title: 'password.title', needs: 'phone' } },
  { path: '/me/passkeys', component: () => import('./pages/PasskeysPage.vue'), meta: { title: 'passkeys.title', needs: 'customer' } },
  { path: '/certificates', component: () => import('./pages/CertificatesPage.vue'), meta: { title: 'certificates.title', needs: 'customer' } },
  { path: '/me/elder', component: () => import('./pages/ElderPage.vue'), meta: { title: 'elder.title' } },
  { path: '/verify', component: () => import('./pages/VerifyPage.vue'), meta: { title: 'verify.title' } },
  { path: '/help', component: () => import('./pages/HelpPage.vue'), meta: { title: 'help.title' } },
  { path: '/sign-in', component: () => import('./pages/SignInPage.vue'), meta: { title: 'signIn.title' } },
  { path: '/cases', component: () => import('./pages/CasesPage.vue'), meta: { title: 'cases.title', needs: 'phone' } },
  { path: '/cases/:case', component: () => import('./pages/CasePage.vue'), props: true, meta: { title: 'cases.one', needs: 'phone' } },
  { path: '/accounts', component: () => import('./pages/AccountsPage.vue'), meta: { title: 'accounts.title', needs: 'customer' } },
  { path: '/accounts/:account', component: () => import('./pages/AccountPage.vue'), props: true, meta: { title: 'accounts.one', needs: 'customer' } },
  { path: '/accounts/:account/entries/:entry', component: () => import('./pages/EntryPage.vue'), props: true, meta: { title: 'entry.title', needs: 'customer' } },
  { path: '/accounts/:account/statement', component: () => import('./pages/StatementPage.vue'), props: true, meta: { title: 'statement.title', needs: 'customer' } },
  { path: '/accounts/:account/top-up', component: () => import('./pages/TopUpPage.vue'), props: true, meta: { title: 'topUp.title', needs: 'customer' } },
  { path: '/accounts/:account/spending', component: () => import('./pages/SpendingPage.vue'), props: true, meta: { title: 'spending.title', needs: 'customer' } },
  { path: '/accounts/:account/receive', component: () => import('./pages/ReceivePage.vue'), props: true, meta: { title: 'receive.title', needs: 'customer' } },
  { path: '/scan', component: () => import('./pages/ScanPage.vue'), meta: { title: 'scan.title', needs: 'customer' } },
  { path: '/pay', component: () => import('./pages/PayPage.vue'), meta: { title: 'pay.title', needs: 'customer' } },
  { path: '/orders', component: () => import('./pages/OrdersPage.vue'), meta: { title: 'orders.title', needs: 'customer' } },
  { path: '/orders/:order', component: () => import('./pages/OrderPage.vue'), props: true, meta: { title: 'orders.one', needs: 'customer' } },
  { path: '/outgoing/:payment', component: () => import('./pages/OutgoingPage.vue'), props: true, meta: { title: 'outgoing.title', needs: 'customer' } },
  { path: '/payees', component: () => import('./pages/PayeesPage.vue'), meta: { title: 'payees.title', needs: 'customer' } },
  { path: '/receipts/:transfer', component: () => import('./pages/ReceiptPage.vue'), props: true, meta: { title: 'receipt.title', needs: 'customer' } },
  { path: '/bills', component: () => import('./pages/BillsPage.vue'), meta: { title: 'bills.title', needs: 'customer' } },
  { path: '/bills/items/:item', component: () => import('./pages/BillItemPage.vue'), props: true, meta: { title: 'bills.title', needs: 'customer' } },
  { path: '/bills/:bill', component: () => import('./pages/BillPage.vue'), props: true, meta: { title: 'bills.one', needs: 'customer' } },
  { path: '/cards', component: () => import('./pages/CreditCardsPage.vue'), meta: { title: 'cards.title', needs: 'customer' } },
  { path: '/cards/:card', component: () => import('./pages/CreditCardPage.vue'), props: true, meta: { title: 'cards.one', needs: 'customer' } },
  { path: '/wallets', component: () => import('./pages/WalletsPage.vue'), meta: { title: 'wallets.title', needs: 'customer' } },
  { path: '/wallets/:wallet', component: () => import('./pages/WalletPage.vue'), props: true, meta: { title: 'wallets.title', needs: 'customer' } },
  { path: '/campaigns', component: () => import('./pages/CampaignsPage.vue'), meta: { title: 'vouchers.title', needs: 'customer' } },
  { path: '/:rest(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'notFound.title' } },
];

export const router = createRouter({
  history: createWebHistory('/'),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
});

// After a new release an open page may ask for a part that is gone: it is loaded anew, once.
router.onError((error: unknown, to) => {
  const key = 'yungui.reloaded';
  if (!(error instanceof TypeError) || !/dynamically imported module|module script|Importing/.test(error.message) || !navigator.onLine) return;
  if (Date.now() - Number(sessionStorage.getItem(key)) < 30_000) return;
  sessionStorage.setItem(key, String(Date.now()));
  location.assign(to.fullPath);
});

router.beforeEach(async (to) => {
  const session = useSession();
  if (!session.known) await session.check();
  const { needs } = to.meta;
  if (!needs || !session.known) return true;
  if (!session.signedIn || (needs === 'customer' && !session.customer)) {
    return { path: '/sign-in', query: { next: to.fullPath, ...(needs === 'customer' ? { for: 'customer' } : {}) }, replace: true };
  }
  return true;
});
