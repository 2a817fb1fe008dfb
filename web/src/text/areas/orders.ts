// The words of orders as channels tell them. Never says what a refusal means: the server says it.
import { both } from '../both';

export const orders = both(
  {
    title: '订单',
    lead: '各渠道的订单：发生了什么，涉及多少钱，渠道原文说了什么。',
  },
  {
    title: 'Orders',
    lead: 'Orders of all channels: what happened, what money they move, and what the channel said.',
  },
);
