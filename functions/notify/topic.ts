import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { setting } from '../../shared/aws/config.ts';
import { tellOnce } from '../../shared/notify/once.ts';
import { type BusEvent, isWanted, toldByEvent } from '../../shared/notify/told.ts';
import { topicMessage } from '../../shared/notify/topic-message.ts';

const log = new Logger({ serviceName: 'notify-topic' });

/** Tells the topic's subscribers (e-mail, queues, functions, HTTPS) how each deployment ended. */
export const handler = middy<BusEvent, void, Error, Context>(async (event: BusEvent) => {
  const told = toldByEvent(event);
  if (!told || !isWanted(told)) return;
  log.appendKeys({ deployment: told.deployment });
  const sent = await tellOnce(told.deployment, 'topic', async () => {
    const { publishToTopic } = await import('../../shared/aws/topic.ts');
    await publishToTopic(setting('TOPIC'), topicMessage(told));
  });
  log.info(sent ? 'told' : 'told before, or being told', { event: told.event });
}).use(injectLambdaContext(log, { resetKeys: true }));
