/** The steps of setting up in words, and where each is done. */
import type { Step } from './overview.ts';

/** A step as it is shown. */
interface StepWords {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly path: string;
}

/** Every step's words. */
export const stepWords: Readonly<Record<Step, StepWords>> = {
  'scim-on': {
    title: 'Switch on user sync',
    text: 'Let your identity provider create and change customers of your store. It takes two switches.',
    button: 'Open user sync',
    path: '/user-sync/scim',
  },
  'first-person': {
    title: 'Receive the first person',
    text: 'Copy the base URL and the header to your identity provider and assign somebody there. The person arrives here within seconds.',
    button: 'Connect identity provider',
    path: '/user-sync/scim',
  },
  'lms-connected': {
    title: 'Connect your LMS',
    text: 'Courses are taught in Moodle, Canvas, Thinkific or another learning system. Connect it, and test the connection.',
    button: 'Connect LMS',
    path: '/courses/connect',
  },
  'first-offer': {
    title: 'Offer a course with a product',
    text: 'Say which product of your store gives access to which course, and for how long.',
    button: 'Create offer',
    path: '/courses',
  },
  'first-enrolment': {
    title: 'See the first buyer enrolled',
    text: 'Whoever buys the product gets the course by themselves. Earlier orders can be brought in, too.',
    button: 'Open courses',
    path: '/courses',
  },
};
