/** Every element that the pages use, under Polaris's names. */
import { Checkbox, Choice, ChoiceList, Option, Select, Switch } from './choice.ts';
import { define } from './element.ts';
import {
  DateField,
  EmailField,
  NumberField,
  PasswordField,
  SearchField,
  TextArea,
  TextField,
  UrlField,
} from './field.ts';
import { Box, Divider, Grid, GridItem, Stack } from './layout.ts';
import { Modal } from './overlay.ts';
import { EmptyState, Page, Section } from './page.ts';
import { Button, ButtonGroup, Clickable, Link } from './press.ts';
import { Badge, Banner, Icon, Progress, Spinner } from './signs.ts';
import { Table, TableBody, TableCell, TableHeader, TableHeaderRow, TableRow } from './table.ts';
import { Heading, List, ListItem, OrderedList, Paragraph, Text } from './words.ts';

define({
  's-badge': Badge,
  's-banner': Banner,
  's-box': Box,
  's-button': Button,
  's-button-group': ButtonGroup,
  's-checkbox': Checkbox,
  's-choice': Choice,
  's-choice-list': ChoiceList,
  's-clickable': Clickable,
  's-date-field': DateField,
  's-divider': Divider,
  's-email-field': EmailField,
  's-empty-state': EmptyState,
  's-grid': Grid,
  's-grid-item': GridItem,
  's-heading': Heading,
  's-icon': Icon,
  's-link': Link,
  's-list-item': ListItem,
  's-modal': Modal,
  's-number-field': NumberField,
  's-option': Option,
  's-ordered-list': OrderedList,
  's-page': Page,
  's-paragraph': Paragraph,
  's-password-field': PasswordField,
  's-progress': Progress,
  's-search-field': SearchField,
  's-section': Section,
  's-select': Select,
  's-spinner': Spinner,
  's-stack': Stack,
  's-switch': Switch,
  's-table': Table,
  's-table-body': TableBody,
  's-table-cell': TableCell,
  's-table-header': TableHeader,
  's-table-header-row': TableHeaderRow,
  's-table-row': TableRow,
  's-text': Text,
  's-text-area': TextArea,
  's-text-field': TextField,
  's-unordered-list': List,
  's-url-field': UrlField,
});
