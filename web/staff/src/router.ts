// SPDX-License-Identifier: Apache-2.0
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import TasksPage from './pages/TasksPage.vue';
import { places } from './places';
import { useSession } from './stores/session';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the texts. */
    title: string;
    /** The place on the left that this page belongs to. */
    place?: string;
    open?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', component: () => import('./pages/SignInPage.vue'), meta: { title: 'signIn.title', open: true } },
  { path: '/tasks', component: TasksPage, meta: { title: 'places.tasks', place: 'tasks' } },
  { path: '/tasks/absence', component: () => import('./pages/AbsencePage.vue'), meta: { title: 'absence.title', place: 'tasks' } },
  { path: '/tasks/:task', component: () => import('./pages/TaskPage.vue'), props: true, meta: { title: 'task.title', place: 'tasks' } },
  { path: '/customers', component: () => import('./pages/CustomersPage.vue'), meta: { title: 'places.customers', place: 'customers' } },
  { path: '/customers/:customer', component: () => import('./pages/CustomerPage.vue'), props: true, meta: { title: 'customer.title', place: 'customers' } },
  { path: '/accounts/:account', component: () => import('./pages/AccountPage.vue'), props: true, meta: { title: 'account.title', place: 'customers' } },
  { path: '/batches', component: () => import('./pages/BatchesPage.vue'), meta: { title: 'places.batches', place: 'batches' } },
  { path: '/batches/new', component: () => import('./pages/BatchUploadPage.vue'), meta: { title: 'batches.new', place: 'batches' } },
  { path: '/batches/:batch', component: () => import('./pages/BatchPage.vue'), props: true, meta: { title: 'batches.title', place: 'batches' } },
  { path: '/bills', component: () => import('./pages/BillsPage.vue'), meta: { title: 'places.bills', place: 'bills' } },
  { path: '/bills/days', component: () => import('./pages/BillerDaysPage.vue'), meta: { title: 'bills.days', place: 'bills' } },
  { path: '/bills/days/:sheet', component: () => import('./pages/BillerDayPage.vue'), props: true, meta: { title: 'bills.days', place: 'bills' } },
  { path: '/bills/joined', component: () => import('./pages/JoinedBillersPage.vue'), meta: { title: 'bills.joined', place: 'bills' } },
  { path: '/clearing', component: () => import('./pages/ClearingPage.vue'), meta: { title: 'clearing.title', place: 'clearing' } },
  { path: '/campaigns', component: () => import('./pages/CampaignsPage.vue'), meta: { title: 'places.campaigns', place: 'campaigns' } },
  { path: '/campaigns/new', component: () => import('./pages/CampaignNewPage.vue'), meta: { title: 'campaigns.new', place: 'campaigns' } },
  { path: '/supplies', component: () => import('./pages/SuppliesPage.vue'), meta: { title: 'places.supplies', place: 'supplies' } },
  { path: '/organisation', component: () => import('./pages/OrganisationPage.vue'), meta: { title: 'places.organisation', place: 'organisation' } },
  { path: '/figures', component: () => import('./pages/FiguresPage.vue'), meta: { title: 'places.figures', place: 'figures' } },
  { path: '/community', component: () => import('./pages/CommunityPage.vue'), meta: { title: 'places.community', place: 'community' } },
  { path: '/books', component: () => import('./pages/EndOfDayPage.vue'), meta: { title: 'books.endOfDay', place: 'books' } },
  { path: '/books/trial-balance', component: () => import('./pages/TrialBalancePage.vue'), meta: { title: 'books.trialBalance', place: 'books' } },
  { path: '/books/general-ledger', component: () => import('./pages/GeneralLedgerPage.vue'), meta: { title: 'books.generalLedger', place: 'books' } },
  { path: '/incidents', component: () => import('./pages/IncidentsPage.vue'), meta: { title: 'places.incidents', place: 'incidents' } },
  { path: '/services', component: () => import('./pages/ServicesPage.vue'), meta: { title: 'places.services', place: 'services' } },
  { path: '/services/:service', component: () => import('./pages/ServicePage.vue'), props: true, meta: { title: 'places.services', place: 'services' } },
  { path: '/services/:service/versions', component: () => import('./pages/VersionsPage.vue'), props: true, meta: { title: 'versions.title', place: 'services' } },
  { path: '/services/:service/trial', component: () => import('./pages/SimulationPage.vue'), props: true, meta: { title: 'simulation.title', place: 'services' } },
  { path: '/:rest(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'notFound.title' } },
];

export const router = createRouter({
  history: createWebHistory('/staff/'),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
});

router.beforeEach(async (to) => {
  const session = useSession();
  // Where the bank cannot be reached the sign-in page says so at the first try.
  if (!session.known) await session.check().catch(() => undefined);
  if (!to.meta.open && !session.session) return { path: '/sign-in', query: { next: to.fullPath }, replace: true };
  if (session.session && (to.path === '/sign-in' || to.path === '/')) {
    const first = places.find((place) => place.permissions.some(session.may));
    return { path: `/${first?.code ?? 'tasks'}`, replace: true };
  }
  return true;
});
