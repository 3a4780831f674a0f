// Icons of the kinds of data.

import type { Kind } from '../../ipc';
import {
  CalendarDays,
  ContactRound,
  Film,
  Images,
  ListTodo,
  MessageCircle,
  Phone,
  Users,
  type Icon,
} from '../../look/icons';

export const kindIcons: Record<Kind, Icon> = {
  contact: ContactRound,
  group: Users,
  event: CalendarDays,
  task: ListTodo,
  message: MessageCircle,
  call: Phone,
  photo: Images,
  film: Film,
};
