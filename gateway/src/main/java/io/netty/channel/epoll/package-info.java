/** What Netty's epoll channels lack, where only this package reaches it. */
@NullMarked
package io.netty.channel.epoll;

import org.jspecify.annotations.NullMarked;
