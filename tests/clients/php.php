<?php
// PHP as in the protocol's tutorials: http_build_query and curl, with one address for all events. A call without
// parameters is a GET, the whole answer of a renewal is kept, and the commands of a batch are encoded twice.
//
//     php php.php path/to/demo.json
declare(strict_types=1);

const CONNECTOR = 'Client_PHP'; // Mixed case, to see that it comes back as it was registered.
const EVENTS = [
    'OnImConnectorMessageAdd', 'OnImConnectorMessageUpdate', 'OnImConnectorMessageDelete', 'OnSessionStart', 'OnSessionFinish',
];
const EVENT_SECONDS_MAX = 20;

/** Ends the program with what was expected and what is there. */
function check(mixed $is, mixed $expected, string $what): void
{
    if ($is !== $expected) {
        throw new Exception("$what: expected " . json_encode($expected) . ', is ' . json_encode($is));
    }
}

/** Sends a request; the decoded answer with its HTTP status under `http`. */
function request(string $url, array $fields): array
{
    $curl = curl_init($url);
    curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 30]);
    if ($fields !== []) {
        curl_setopt_array($curl, [CURLOPT_POST => true, CURLOPT_POSTFIELDS => http_build_query($fields)]);
    }
    $body = curl_exec($curl);
    if ($body === false) {
        throw new Exception("$url: " . curl_error($curl));
    }
    return json_decode($body, true, flags: JSON_THROW_ON_ERROR) + ['http' => curl_getinfo($curl, CURLINFO_RESPONSE_CODE)];
}

/** The application: a token, renewed when the server says that it is over. */
final class Application
{
    public int $renewals = 0;

    /** @param array $settings what the token endpoint answered last, and the client's id and secret */
    public function __construct(public array $settings)
    {
    }

    public function answer(string $method, array $parameters = []): array
    {
        $url = $this->settings['client_endpoint'] . $method . '.json';
        $answer = request($url, $parameters + ['auth' => $this->settings['access_token']]);
        if (in_array($answer['error'] ?? '', ['expired_token', 'invalid_token'], true)) {
            check($answer['http'], 401, 'the status of ' . $answer['error']);
            $this->renew();
            return $this->answer($method, $parameters);
        }
        return $answer;
    }

    public function call(string $method, array $parameters = []): mixed
    {
        return result($method, $this->answer($method, $parameters));
    }

    private function renew(): void
    {
        check($this->renewals++, 0, 'renewals so far');
        $portal = preg_replace('~/rest/$~', '', $this->settings['client_endpoint']);
        $renewed = request("$portal/oauth/token/", [
            'grant_type' => 'refresh_token',
            'client_id' => $this->settings['client_id'],
            'client_secret' => $this->settings['client_secret'],
            'refresh_token' => $this->settings['refresh_token'],
        ]);
        check($renewed['http'], 200, 'the status of the renewal: ' . json_encode($renewed));
        $this->settings = $renewed + $this->settings;
    }
}

function result(string $method, array $answer): mixed
{
    if (!array_key_exists('result', $answer)) {
        throw new Exception("$method: " . json_encode($answer));
    }
    check(isset($answer['time']['start'], $answer['time']['finish'], $answer['time']['duration']), true, "$method: time");
    return $answer['result'];
}

/** The operator's webhook. */
function operator(string $method, array $parameters = []): mixed
{
    return result($method, request($GLOBALS['demo']['webhook'] . "/$method", $parameters));
}

/** The application's handler: one connection at a time, read by PHP's own rules. */
final class Handler
{
    /** @var resource */
    private $socket;
    private array $arrived = [];
    public string $address;

    public function __construct()
    {
        $this->socket = stream_socket_server('tcp://127.0.0.1:0');
        $this->address = 'http://' . stream_socket_get_name($this->socket, false) . '/handler.php';
    }

    /** The next event of this name for which `$wanted` is true; checks what all events have in common. */
    public function next(string $name, callable $wanted): array
    {
        $until = microtime(true) + EVENT_SECONDS_MAX;
        while (true) {
            foreach ($this->arrived as $index => $event) {
                if ($event['event'] === strtoupper($name) && $wanted($event['data'])) {
                    unset($this->arrived[$index]);
                    return self::checked($event);
                }
            }
            $left = $until - microtime(true);
            $connection = $left > 0 ? @stream_socket_accept($this->socket, $left) : false;
            if ($connection === false) {
                throw new Exception("no such $name, only " . json_encode($this->arrived));
            }
            $this->arrived[] = self::receive($connection);
        }
    }

    /** @param resource $connection */
    private static function receive($connection): array
    {
        $headers = '';
        while (($line = fgets($connection)) !== false && rtrim($line) !== '') {
            $headers .= $line;
        }
        check(preg_match('~^content-type: application/x-www-form-urlencoded~im', $headers), 1, "a form: $headers");
        check(preg_match('~^content-length: (\d+)~im', $headers, $length), 1, "a length: $headers");
        parse_str(stream_get_contents($connection, (int)$length[1]), $event);
        fwrite($connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        fclose($connection);
        return $event;
    }

    private static function checked(array $event): array
    {
        $demo = $GLOBALS['demo'];
        check($event['auth']['application_token'], $demo['application_token'], 'auth[application_token]');
        check($event['auth']['domain'], preg_replace('~^http://~', '', $demo['portal']), 'auth[domain]');
        check($event['auth']['member_id'], $demo['member_id'], 'auth[member_id]');
        check($event['auth']['client_endpoint'], $demo['client_endpoint'], 'auth[client_endpoint]');
        check(isset($event['auth']['refresh_token']), false, 'auth[refresh_token] is there');
        check(preg_match('~^\d{10}$~', $event['ts']), 1, 'ts: ' . $event['ts']);
        check(preg_match('~^\d+$~', $event['event_handler_id']), 1, 'event_handler_id');
        return $event['data'];
    }
}

function message(string $id, string $text): array
{
    return [
        'user' => ['id' => 'php-customer', 'name' => 'Maria'],
        'message' => ['id' => $id, 'date' => 1780000000, 'text' => $text],
        'chat' => ['id' => 'php-chat', 'url' => 'https://channel.example/chat'],
    ];
}

function line(array $more = []): array
{
    return ['CONNECTOR' => CONNECTOR, 'LINE' => $GLOBALS['demo']['line']] + $more;
}

function connect(Application $application, string $handler): void
{
    $register = [
        'ID' => CONNECTOR,
        'NAME' => 'PHP',
        'ICON' => ['DATA_IMAGE' => 'data:image/svg+xml;charset=US-ASCII,%3Csvg%2F%3E', 'COLOR' => '#a6ffa3', 'SIZE' => '100%'],
        'ICON_DISABLED' => ['DATA_IMAGE' => 'data:image/svg+xml;charset=US-ASCII,%3Csvg%2F%3E', 'POSITION' => 'center'],
        'PLACEMENT_HANDLER' => $handler,
    ];
    check($application->call('imconnector.register', $register), ['result' => true], 'register');
    check($application->call('imconnector.register', $register), ['result' => true], 'register again');
    foreach (EVENTS as $event) {
        check($application->call('event.bind', ['event' => $event, 'handler' => $handler]), true, "bind $event");
    }
    $again = $application->answer('event.bind', ['event' => EVENTS[0], 'handler' => $handler]);
    check([$again['http'], $again['error']], [400, 'ERROR_CORE'], 'bind again');
    check($application->call('imconnector.activate', line(['ACTIVE' => 1])), true, 'activate');
    $data = ['id' => 'php-channel', 'url_im' => 'https://channel.example/', 'name' => 'PHP channel'];
    check($application->call('imconnector.connector.data.set', line(['DATA' => $data])), true, 'data.set');
    $status = [
        'LINE' => $GLOBALS['demo']['line'], 'CONNECTOR' => strtolower(CONNECTOR), 'ERROR' => false,
        'CONFIGURED' => true, 'STATUS' => true,
    ];
    check($application->call('imconnector.status', line()), $status, 'status');
    // A finished session is over at once, not after ten minutes.
    $settings = ['CONFIG_ID' => $GLOBALS['demo']['line'], 'PARAMS' => ['FULL_CLOSE_TIME' => 0]];
    check(operator('imopenlines.config.update', $settings), true, 'config.update');
}

/** Sends a message, sends it again, and finds it once. */
function sendOnce(Application $application, Handler $handler, string $id, string $text): array
{
    $sent = $application->call('imconnector.send.messages', line(['MESSAGES' => [message($id, $text)]]));
    check($sent['SUCCESS'], true, 'send');
    $session = $sent['DATA']['RESULT'][0]['session'];
    check(is_string($session['ID']) && is_string($session['CHAT_ID']), true, 'texts in ' . json_encode($session));
    $again = $application->call('imconnector.send.messages', line(['MESSAGES' => [message($id, $text)]]));
    check($again['DATA']['RESULT'][0]['session'], $session, 'the session of the repeat');
    check(count(array_keys(texts($session), $text, true)), 1, "messages with the text $text");
    $start = $handler->next('OnSessionStart', fn ($data) => $data['DATA'][0]['session']['id'] === $session['ID']);
    check($start['DATA'][0]['chat']['id'], 'php-chat', 'the chat of the session');
    check($start['DATA'][0]['connector']['connector_id'], CONNECTOR, 'the connector of the session');
    return $session;
}

function texts(array $session): array
{
    $shown = operator('im.dialog.messages.get', ['DIALOG_ID' => 'chat' . $session['CHAT_ID'], 'LIMIT' => 50]);
    return array_column($shown['messages'], 'text');
}

/** The operator answers, edits and deletes; the channel confirms and is told of everything. */
function operatorReplies(Application $application, Handler $handler, array $session): void
{
    check(operator('imopenlines.operator.answer', ['CHAT_ID' => $session['CHAT_ID']]), true, 'answer');
    $text = ['DIALOG_ID' => 'chat' . $session['CHAT_ID'], 'MESSAGE' => 'How can I help?'];
    $id = operator('im.message.add', $text);
    $ours = fn ($data) => $data['CONNECTOR'] === CONNECTOR && $data['MESSAGES'][0]['im']['message_id'] === (string)$id;

    $reply = $handler->next('OnImConnectorMessageAdd', $ours);
    check($reply['LINE'], (string)$GLOBALS['demo']['line'], 'LINE');
    $element = $reply['MESSAGES'][0];
    check($element['im']['chat_id'], $session['CHAT_ID'], 'im[chat_id]');
    check($element['chat']['id'], 'php-chat', 'chat[id]');
    check($element['message']['text'], '[b]Anna Ivanova:[/b][br] How can I help?', 'the reply');
    $confirmation = ['im' => $element['im'], 'message' => ['id' => ['php-reply-1']], 'chat' => ['id' => $element['chat']['id']]];
    $delivered = $application->call('imconnector.send.status.delivery', line(['MESSAGES' => [$confirmation]]));
    check($delivered, ['SUCCESS' => true, 'DATA' => []], 'delivery');

    check(operator('im.message.update', ['MESSAGE_ID' => $id, 'MESSAGE' => 'How may I help?']), true, 'update');
    $update = $handler->next('OnImConnectorMessageUpdate', $ours)['MESSAGES'][0]['message'];
    check($update, ['id' => ['php-reply-1'], 'text' => '[b]Anna Ivanova:[/b][br] How may I help?'], 'the edited reply');
    check(operator('im.message.delete', ['MESSAGE_ID' => $id]), true, 'delete');
    $deletion = $handler->next('OnImConnectorMessageDelete', $ours)['MESSAGES'][0]['message'];
    check($deletion, ['id' => 'php-reply-1'], 'the deleted reply');
}

function customerChangesMessage(Application $application, array $session, string $id, string $text): void
{
    $update = $application->call('imconnector.update.messages', line(['MESSAGES' => [message($id, "$text (edited)")]]));
    check($update['DATA']['RESULT'][0]['SUCCESS'], true, 'the update');
    check(in_array("$text (edited)", texts($session), true), true, 'the edited text is shown');
    $gone = ['user' => ['id' => 'php-customer'], 'message' => ['id' => $id], 'chat' => ['id' => 'php-chat']];
    $deletion = $application->call('imconnector.delete.messages', line(['MESSAGES' => [$gone]]));
    check($deletion['DATA']['RESULT'][0]['SUCCESS'], true, 'the deletion');
    check(in_array("$text (edited)", texts($session), true), false, 'the deleted text is shown');
}

function finish(Handler $handler, array $session): void
{
    check(operator('imopenlines.operator.finish', ['CHAT_ID' => $session['CHAT_ID']]), true, 'finish');
    $end = $handler->next('OnSessionFinish', fn ($data) => $data['DATA'][0]['session']['id'] === $session['ID']);
    check($end['DATA'][0]['session']['closed'], 'Y', 'closed');
}

/** A token whose hour is over, and one that never was. */
function renews(array $demo): void
{
    foreach ([$demo['expired_token'], 'garbage'] as $token) {
        $application = new Application(['access_token' => $token] + $demo);
        check($application->call('user.current')['ID'], '1', 'user.current');
        check($application->renewals, 1, 'renewals');
        check($application->settings['client_endpoint'], $demo['client_endpoint'], 'the address after a renewal');
        check($application->settings['member_id'], $demo['member_id'], 'the portal after a renewal');
        $demo['refresh_token'] = $application->settings['refresh_token'];
    }
}

/** The answer to a batch of these commands, encoded by themselves and then once more with the form. */
function batch(Application $application, array $session, int $halt): array
{
    $commands = [
        'me' => ['user.current', []],
        'ref' => ['im.user.get', ['ID' => '$result[me][ID]']],
        'wrong' => ['imconnector.status', []],
        'after' => ['imopenlines.dialog.get', ['CHAT_ID' => $session['CHAT_ID']]],
    ];
    $encoded = array_map(fn ($command) => $command[0] . '?' . http_build_query($command[1]), $commands);
    return $application->call('batch', ['halt' => $halt, 'cmd' => $encoded]);
}

function batches(Application $application, array $session): void
{
    $all = batch($application, $session, 0);
    check(array_keys($all['result']), ['me', 'ref', 'after'], 'results');
    check($all['result']['ref']['name'], 'Anna Ivanova', 'the referenced user');
    check($all['result_error']['wrong']['error'], 'ERROR_ARGUMENT', 'the error');
    check(array_keys($all['result_time']), ['me', 'ref', 'after'], 'times');
    $halted = batch($application, $session, 1);
    check(array_keys($halted['result']), ['me', 'ref'], 'results until the error');
    check(array_keys($halted['result_error']), ['wrong'], 'the error that ends it');
}

function disconnect(Application $application, string $handler): void
{
    foreach (EVENTS as $event) {
        $unbound = $application->call('event.unbind', ['event' => $event, 'handler' => $handler]);
        check($unbound, ['count' => 1], "unbind $event");
    }
    check($application->call('imconnector.unregister', ['ID' => CONNECTOR]), ['result' => true], 'unregister');
    check(isset($application->call('imconnector.list')[strtolower(CONNECTOR)]), false, 'the connector is still listed');
}

$demo = json_decode(file_get_contents($argv[1]), true, flags: JSON_THROW_ON_ERROR);
$application = new Application($demo);
$handler = new Handler();
check(operator('profile')['ID'], '1', 'a call without parameters');
connect($application, $handler->address);
$text = 'Привет from PHP & <co> + 100%';
$first = sendOnce($application, $handler, '0', $text);
operatorReplies($application, $handler, $first);
customerChangesMessage($application, $first, '0', $text);
finish($handler, $first);
$second = sendOnce($application, $handler, '1', 'Hello again');
check($second['CHAT_ID'], $first['CHAT_ID'], 'the chat of the second session');
check($second['ID'] !== $first['ID'], true, 'the second session is another');
batches($application, $second);
finish($handler, $second);
renews($demo);
disconnect($application, $handler->address);
